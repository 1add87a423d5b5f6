package dev.plumbline.host.dataset;

/** From CMYK to RGB as Pillow converts it, without a colour profile. */
final class Cmyk {
  private Cmyk() {}

  /**
   * @param ink cyan, magenta or yellow, 0 to 255
   * @param light 255 less black
   * @return red, green or blue
   */
  static byte toRgb(int ink, int light) {
    int product = ink * light + 128;
    return (byte) Math.max(0, light - ((product >> 8) + product >> 8));
  }
}
