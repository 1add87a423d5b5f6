package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PngFile;
import java.util.Base64;

/** Pictures for pages: PNG, and what changed between two of them. */
final class PictureImages {
  private static final int MID_GREY = 128;

  private PictureImages() {}

  /** The picture as the address of an image, carried in the page itself. */
  static String dataUri(Picture picture) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(PngFile.encode(picture));
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
