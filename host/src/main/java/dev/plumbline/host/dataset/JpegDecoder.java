package dev.plumbline.host.dataset;

import java.awt.image.Raster;
import javax.imageio.ImageIO;

/**
 * Decodes JPEG files. The JDK's libjpeg gives the samples of the components; what they mean is
 * decided and computed here as libjpeg-turbo and Pillow do, because the JDK guesses otherwise where
 * markers are missing and refuses CMYK.
 */
final class JpegDecoder {
  private static final int ROUND = 1 << 15;

  private JpegDecoder() {}

  static Decoded decode(byte[] content, String name) {
    JpegHeader header = JpegHeader.read(content, name);
    JpegHeader.Colours colours = header.colours(name);
    Raster raster =
        ImageFile.read(
            ImageIO.getImageReadersByFormatName("jpeg").next(),
            content,
            "JPEG",
            name,
            reader -> reader.readRaster(0, null));
    if (raster.getNumBands() != header.components().length) {
      throw ImageFile.damaged(name, "JPEG", "its frames do not agree", null);
    }
    int channels = colours == JpegHeader.Colours.GREY ? 1 : 3;
    PictureShape shape = new PictureShape(channels, raster.getHeight(), raster.getWidth());
    byte[] pixels = new byte[shape.bytes()];
    int plane = shape.height() * shape.width();
    int bands = raster.getNumBands();
    int[] row = new int[shape.width() * bands];
    for (int y = 0; y < shape.height(); y++) {
      raster.getPixels(0, y, shape.width(), 1, row);
      for (int x = 0; x < shape.width(); x++) {
        int at = y * shape.width() + x;
        int from = x * bands;
        switch (colours) {
          case GREY -> pixels[at] = (byte) row[from];
          case RGB -> put(pixels, plane, at, row[from], row[from + 1], row[from + 2]);
          case YCBCR -> putYcc(pixels, plane, at, row, from);
          case CMYK -> {
            put(pixels, plane, at, row[from], row[from + 1], row[from + 2]);
            darken(pixels, plane, at, row[from + 3]);
          }
          case YCCK -> {
            // libjpeg makes CMY of it, the complement of RGB, and Adobe's files are inverted.
            putYcc(pixels, plane, at, row, from);
            for (int c = 0; c < 3; c++) {
              pixels[c * plane + at] ^= (byte) 0xff;
            }
            darken(pixels, plane, at, row[from + 3]);
          }
          default -> throw new IllegalStateException(colours.toString());
        }
      }
    }
    return Decoded.opaque(new Picture(shape, pixels));
  }

  private static void put(byte[] pixels, int plane, int at, int r, int g, int b) {
    pixels[at] = (byte) r;
    pixels[plane + at] = (byte) g;
    pixels[2 * plane + at] = (byte) b;
  }

  /** libjpeg's arithmetic (jdcolor.c): 16 bits behind the point, each product rounded. */
  private static void putYcc(byte[] pixels, int plane, int at, int[] row, int from) {
    int y = row[from];
    int cb = row[from + 1] - 128;
    int cr = row[from + 2] - 128;
    put(
        pixels,
        plane,
        at,
        clip(y + ((91881 * cr + ROUND) >> 16)),
        clip(y + ((-22554 * cb - 46802 * cr + ROUND) >> 16)),
        clip(y + ((116130 * cb + ROUND) >> 16)));
  }

  /**
   * From CMYK as Adobe stores it, which is inverted.
   *
   * @param light 255 less black
   */
  private static void darken(byte[] pixels, int plane, int at, int light) {
    for (int c = 0; c < 3; c++) {
      int ink = 255 - (pixels[c * plane + at] & 0xff);
      pixels[c * plane + at] = Cmyk.toRgb(ink, light);
    }
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
