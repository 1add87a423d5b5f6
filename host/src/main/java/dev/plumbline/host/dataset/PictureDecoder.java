package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files to pictures with the samples exactly as stored: no gamma, no colour
 * profile. Grey stays one channel, RGB and palettes become three.
 *
 * <p>Refused, because an 8-bit picture cannot hold them without a choice that the user did not
 * make: transparency of any kind, 16 bits per sample, CMYK. What a file is is read from its
 * content, not from its name.
 */
final class PictureDecoder {
  // A header may claim any size; this bounds what is allocated for it.
  private static final int MAX_SIDE = 4096;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int PNG_HEADER_END = 33;
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;

  private PictureDecoder() {}

  /**
   * @param content of the file
   * @param name what to call the file in messages
   * @throws BadInputException if it is no picture, is damaged, or cannot be held as one
   */
  static Picture decode(byte[] content, String name) {
    if (startsWith(content, PNG)) {
      return png(content, name);
    }
    if (content.length > 2 && (content[0] & 0xff) == 0xff && (content[1] & 0xff) == 0xd8) {
      return fromRaster(read("jpeg", content, name).getRaster(), name);
    }
    throw new BadInputException(
        name
            + " is not a picture: it starts with "
            + FirstBytes.of(content)
            + ", expected a PNG or JPEG file");
  }

  private static Picture png(byte[] content, String name) {
    if (content.length < PNG_HEADER_END || !chunkType(content, 8).equals("IHDR")) {
      throw damaged(name, "PNG", "its header is missing or cut off", null);
    }
    int bits = content[24];
    int colourType = content[25];
    if (colourType != GREY && colourType != RGB && colourType != PALETTE
        || hasTransparentColour(content)) {
      throw new BadInputException(
          name + " is a PNG with transparency: expected grey, RGB or palette without alpha");
    }
    if (bits == 16) {
      throw new BadInputException(name + " is a PNG of 16 bits per sample: expected at most 8");
    }
    BufferedImage image = read("png", content, name);
    ColorModel colours = image.getColorModel();
    if (colours instanceof IndexColorModel palette) {
      return fromPalette(image.getRaster(), palette, colourType == GREY ? 1 : 3, name);
    }
    return fromRaster(image.getRaster(), name);
  }

  /** A tRNS chunk may only stand before the first IDAT. */
  private static boolean hasTransparentColour(byte[] png) {
    long at = PNG_HEADER_END;
    while (at + 8 <= png.length) {
      String type = chunkType(png, (int) at);
      if (type.equals("tRNS")) {
        return true;
      }
      if (type.equals("IDAT")) {
        return false;
      }
      at += 12 + (bigEndian(png, (int) at) & 0xffffffffL);
    }
    return false;
  }

  private static BufferedImage read(String format, byte[] content, String name) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    String kind = format.toUpperCase(Locale.ROOT);
    String[] cutOff = new String[1];
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width > MAX_SIDE || height > MAX_SIDE) {
        throw new BadInputException(
            name
                + " is a picture of "
                + height
                + " x "
                + width
                + " pixels: expected at most "
                + MAX_SIDE
                + " a side");
      }
      // A JPEG that is cut off is filled with grey and only warned of.
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (warning.contains("Premature end") || warning.contains("Truncated")) {
              cutOff[0] = warning;
            }
          });
      BufferedImage image = reader.read(0);
      if (cutOff[0] != null) {
        throw damaged(name, kind, cutOff[0], null);
      }
      return image;
    } catch (IIOException e) {
      String why = e.getMessage();
      if (kind.equals("JPEG") && why != null && why.contains("Unsupported Image Type")) {
        throw new BadInputException(
            name + " is a JPEG in CMYK or another colour space: expected grey or RGB", e);
      }
      throw damaged(name, kind, why, e);
    } catch (IOException | RuntimeException e) {
      // The readers of the JDK throw IndexOutOfBounds and the like on random bytes.
      if (e instanceof BadInputException bad) {
        throw bad;
      }
      throw damaged(name, kind, e.toString(), e);
    } finally {
      reader.dispose();
    }
  }

  private static Picture fromRaster(Raster raster, String name) {
    int channels = raster.getNumBands();
    if (channels != 1 && channels != 3 || raster.getSampleModel().getSampleSize(0) != 8) {
      throw new BadInputException(
          name
              + " has "
              + channels
              + " channels of "
              + raster.getSampleModel().getSampleSize(0)
              + " bits: expected grey (1) or RGB (3) of 8 bits");
    }
    PictureShape shape = new PictureShape(channels, raster.getHeight(), raster.getWidth());
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    int[] samples = new int[plane];
    for (int c = 0; c < channels; c++) {
      raster.getSamples(0, 0, shape.width(), shape.height(), c, samples);
      for (int i = 0; i < plane; i++) {
        pixels[c * plane + i] = (byte) samples[i];
      }
    }
    return new Picture(shape, pixels);
  }

  /** Palettes, and grey of 1, 2 or 4 bits, which the JDK reads as a palette of greys. */
  private static Picture fromPalette(
      Raster raster, IndexColorModel palette, int channels, String name) {
    PictureShape shape = new PictureShape(channels, raster.getHeight(), raster.getWidth());
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    int[] indices = raster.getSamples(0, 0, shape.width(), shape.height(), 0, (int[]) null);
    for (int i = 0; i < plane; i++) {
      if (indices[i] >= palette.getMapSize()) {
        throw damaged(name, "PNG", "a pixel is outside the palette", null);
      }
      int rgb = palette.getRGB(indices[i]);
      for (int c = 0; c < channels; c++) {
        pixels[c * plane + i] = (byte) (rgb >> (16 - 8 * c));
      }
    }
    return new Picture(shape, pixels);
  }

  private static BadInputException damaged(String name, String kind, String why, Throwable cause) {
    return new BadInputException(
        name + " is a damaged " + kind + " file (" + why + "): expected a whole picture", cause);
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length >= start.length
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  private static String chunkType(byte[] png, int chunk) {
    return new String(png, chunk + 4, 4, StandardCharsets.ISO_8859_1);
  }

  private static int bigEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }
}
