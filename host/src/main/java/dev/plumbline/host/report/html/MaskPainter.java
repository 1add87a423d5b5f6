package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Mask;

/**
 * Lays a mask over its picture: each class but 0 in a colour of its own, the picture through it.
 */
final class MaskPainter {
  private static final int RED = 0;
  private static final int GREEN = 1;
  private static final int BLUE = 2;

  /** Of the colour; the rest is the picture. */
  private static final double SHARE = 0.55;

  private MaskPainter() {}

  /** In colour, of the picture's size. */
  static Picture paint(Mask mask, Picture picture) {
    PictureShape shape = picture.shape();
    int plane = shape.height() * shape.width();
    int[] classes = mask.classes(shape.width(), shape.height());
    byte[] pixels = new byte[3 * plane];
    for (int channel = RED; channel <= BLUE; channel++) {
      int from = shape.channels() == 3 ? channel * plane : 0;
      for (int p = 0; p < plane; p++) {
        int seen = Byte.toUnsignedInt(picture.pixels()[from + p]);
        int number = classes[p];
        boolean painted = number != 0 && number != Mask.IGNORED;
        double value = painted ? seen + SHARE * (colour(number, channel) - seen) : seen;
        pixels[channel * plane + p] = (byte) Math.round(value);
      }
    }
    return new Picture(new PictureShape(3, shape.height(), shape.width()), pixels);
  }

  /**
   * The colours of Pascal VOC's masks: the bits of a class's number, three at a time, are the upper
   * bits of red, green and blue.
   */
  static int colour(int number, int channel) {
    int value = 0;
    for (int bits = number, place = 7; bits > 0 && place >= 0; bits >>= 3, place--) {
      value |= (bits >> channel & 1) << place;
    }
    return value;
  }
}
