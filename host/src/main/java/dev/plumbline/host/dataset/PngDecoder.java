package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/**
 * Decodes PNG files. Grey stays one channel, RGB and palettes become three. Of 16 bits RGB keeps
 * the upper 8, while grey is clipped at 255: that is what Pillow makes of them.
 */
final class PngDecoder {
  private static final String KIND = "PNG";
  private static final int HEADER_END = 33;
  private static final int GREY = 0;
  // The most that a byte of deflate can stand for.
  private static final long MOST_UNPACKED = 1032;

  private PngDecoder() {}

  static Decoded decode(byte[] content, String name) {
    BufferedImage image = image(content, name);
    int bits = content[24];
    int colourType = content[25];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return Samples.ofPalette(image.getRaster(), palette, colourType == GREY ? 1 : 3, KIND, name);
    }
    return Samples.ofBands(
        image.getRaster(),
        bits == 16 && colourType == GREY ? Samples.Wide.CLIPPED : Samples.Wide.UPPER_BYTE,
        name);
  }

  /** The samples as stored, with the palette where there is one. */
  static BufferedImage image(byte[] content, String name) {
    if (content.length < HEADER_END || !type(content, 8).equals("IHDR")) {
      throw ImageFile.damaged(name, KIND, "its header is missing or cut off", null);
    }
    int bits = content[24];
    return ImageFile.read(
        ImageIO.getImageReadersByFormatName("png").next(),
        PngChunks.forPixels(content),
        KIND,
        name,
        reader -> {
          refuseHollow(content, bits, reader.getWidth(0), reader.getHeight(0), name);
          return reader.read(0);
        });
  }

  /** A small file whose header claims a size that no content of its length can fill. */
  private static void refuseHollow(byte[] content, int bits, int width, int height, String name) {
    long least = (long) width * height * bits / 8;
    if (least > MOST_UNPACKED * content.length) {
      throw new BadInputException(
          name
              + " is a PNG of "
              + height
              + " x "
              + width
              + " pixels in "
              + content.length
              + " bytes: so few cannot hold as many, expected a whole picture");
    }
  }

  private static String type(byte[] png, int chunk) {
    return new String(png, chunk + 4, 4, StandardCharsets.ISO_8859_1);
  }
}
