package dev.plumbline.host.dataset;

import java.util.Arrays;

/** Grey from colour and colour from grey, as Pillow's {@code convert} does it. */
final class Colours {
  private Colours() {}

  /** Luma of ITU-R 601-2, in Pillow's fixed point. */
  static Picture grey(Picture rgb) {
    PictureShape shape = rgb.shape();
    int plane = shape.height() * shape.width();
    byte[] from = rgb.pixels();
    byte[] grey = new byte[plane];
    for (int i = 0; i < plane; i++) {
      int red = from[i] & 0xff;
      int green = from[plane + i] & 0xff;
      int blue = from[2 * plane + i] & 0xff;
      grey[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }
    return new Picture(new PictureShape(1, shape.height(), shape.width()), grey);
  }

  /** The same value in all three channels. */
  static Picture rgb(Picture grey) {
    PictureShape shape = grey.shape();
    int plane = shape.height() * shape.width();
    byte[] pixels = Arrays.copyOf(grey.pixels(), 3 * plane);
    System.arraycopy(pixels, 0, pixels, plane, plane);
    System.arraycopy(pixels, 0, pixels, 2 * plane, plane);
    return new Picture(new PictureShape(3, shape.height(), shape.width()), pixels);
  }
}
