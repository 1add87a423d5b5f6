package dev.plumbline.host.report;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures for pages: PNG, and what changed between two of them. */
final class PictureImages {
  private static final int MID_GREY = 128;

  private PictureImages() {}

  /** The picture as the address of an image, carried in the page itself. */
  static String dataUri(Picture picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(picture));
  }

  static byte[] png(Picture picture) {
    PictureShape shape = picture.shape();
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new IllegalArgumentException(
          "a picture of " + shape.channels() + " channels, expected 1 or 3");
    }
    BufferedImage image =
        new BufferedImage(
            shape.width(),
            shape.height(),
            shape.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    int plane = shape.height() * shape.width();
    int[] row = new int[shape.width()];
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < row.length; x++) {
          row[x] = Byte.toUnsignedInt(picture.pixels()[c * plane + y * row.length + x]);
        }
        // Through the raster: setRGB would bend grey through a colour space.
        image.getRaster().setSamples(0, y, row.length, 1, c, row);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a PNG to memory", e);
    }
    return bytes.toByteArray();
  }

  /** The strongest of 1, 2, 4, …, 64 that shows the largest change without clipping it. */
  static int amplification(Picture from, Picture to) {
    int largest = 0;
    for (int i = 0; i < from.pixels().length; i++) {
      largest = Math.max(largest, Math.abs(change(from, to, i)));
    }
    int factor = 64;
    while (factor > 1 && largest * factor >= MID_GREY) {
      factor /= 2;
    }
    return factor;
  }

  /** What changed, times a factor, around mid-grey: lighter is more, darker is less. */
  static Picture difference(Picture from, Picture to, int factor) {
    byte[] pixels = new byte[from.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, MID_GREY + factor * change(from, to, i)));
    }
    return new Picture(from.shape(), pixels);
  }

  private static int change(Picture from, Picture to, int at) {
    return Byte.toUnsignedInt(to.pixels()[at]) - Byte.toUnsignedInt(from.pixels()[at]);
  }
}
