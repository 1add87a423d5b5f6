package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Takes pixels out of what Java's Image I/O has read, as Pillow's {@code convert} does: samples as
 * stored, without gamma or colour profile.
 */
final class Samples {
  private Samples() {}

  /** What becomes of a sample of 16 bits. */
  enum Wide {
    /** The upper 8 bits are kept. */
    UPPER_BYTE,
    /** All above 255 is white: what Pillow makes of 16-bit grey. */
    CLIPPED;

    private int narrow(int sample) {
      return this == CLIPPED ? Math.min(sample, 255) : sample >> 8;
    }
  }

  /**
   * @param kind of file, for messages
   * @param wide what becomes of a sample of 16 bits
   */
  static Decoded of(BufferedImage image, Wide wide, String kind, String name) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return ofPalette(image.getRaster(), palette, isRampOfGreys(palette) ? 1 : 3, kind, name);
    }
    return ofBands(image.getRaster(), wide, name);
  }

  /** Grey (1), grey and alpha (2), RGB (3) or RGB and alpha (4), of 5 to 8 or of 16 bits. */
  static Decoded ofBands(Raster raster, Wide wide, String name) {
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    if (bands > 4
        || bits > 16
        || raster.getTransferType() == java.awt.image.DataBuffer.TYPE_SHORT) {
      throw new BadInputException(
          name
              + " has "
              + bands
              + " channels of "
              + bits
              + " bits: expected grey (1) or RGB (3), with or without alpha, of at most 16 bits");
    }
    int colours = bands < 3 ? 1 : 3;
    PictureShape shape = new PictureShape(colours, raster.getHeight(), raster.getWidth());
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    boolean clipped = false;
    for (int c = 0; c < colours; c++) {
      int highest = band(raster, c, wide, pixels, c * plane);
      clipped |= wide == Wide.CLIPPED && bits == 16 && highest > 255;
    }
    byte[] alpha = new byte[bands == colours ? 0 : plane];
    if (alpha.length > 0) {
      band(raster, colours, Wide.UPPER_BYTE, alpha, 0);
    }
    return new Decoded(new Picture(shape, pixels), alpha, clipped);
  }

  /** Returns the highest sample as it is stored. */
  private static int band(Raster raster, int band, Wide wide, byte[] into, int offset) {
    int width = raster.getWidth();
    int bits = raster.getSampleModel().getSampleSize(band);
    int most = (1 << bits) - 1;
    int highest = 0;
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
      for (int x = 0; x < width; x++) {
        int sample = row[x];
        highest = Math.max(highest, sample);
        if (bits == 16) {
          sample = wide.narrow(sample);
        } else if (bits < 8) {
          sample = sample * 255 / most;
        }
        into[offset + y * width + x] = (byte) sample;
      }
    }
    return highest;
  }

  /** Palettes, and grey of 1, 2 or 4 bits, which is read as a palette of greys. */
  static Decoded ofPalette(
      Raster raster, IndexColorModel palette, int channels, String kind, String name) {
    PictureShape shape = new PictureShape(channels, raster.getHeight(), raster.getWidth());
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    byte[] alpha = new byte[palette.hasAlpha() ? plane : 0];
    int[] indices = raster.getSamples(0, 0, shape.width(), shape.height(), 0, (int[]) null);
    for (int i = 0; i < plane; i++) {
      if (indices[i] >= palette.getMapSize()) {
        throw ImageFile.damaged(name, kind, "a pixel is outside the palette", null);
      }
      int rgb = palette.getRGB(indices[i]);
      for (int c = 0; c < channels; c++) {
        pixels[c * plane + i] = (byte) (rgb >> (16 - 8 * c));
      }
      if (alpha.length > 0) {
        alpha[i] = (byte) (rgb >>> 24);
      }
    }
    return new Decoded(new Picture(shape, pixels), alpha);
  }

  /** Whether each colour is the grey of its number: black and white, or 0 to 255. */
  static boolean isRampOfGreys(IndexColorModel palette) {
    int colours = palette.getMapSize();
    for (int i = 0; i < colours; i++) {
      int grey = colours == 2 ? i * 255 : i;
      if ((palette.getRGB(i) & 0xffffff) != grey * 0x010101) {
        return false;
      }
    }
    return true;
  }
}
