package dev.plumbline.host.dataset;

/**
 * Width and height in pixels, each 1 to {@link Sizing#MAX_SIDE}.
 *
 * @param width comes first in every text
 */
public record Extent(int width, int height) {
  public Extent {
    if (width < 1 || height < 1 || width > Sizing.MAX_SIDE || height > Sizing.MAX_SIDE) {
      throw new IllegalArgumentException(
          "a size of "
              + width
              + "x"
              + height
              + " pixels, expected sides of 1 to "
              + Sizing.MAX_SIDE);
    }
  }

  /**
   * Reads {@code WxH}, width first.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Extent parse(String text) {
    String[] sides = text.strip().split("[xX×]", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException(
          "'" + text + "' cannot be read, expected WIDTHxHEIGHT such as 224x224");
    }
    return new Extent(side(sides[0], text), side(sides[1], text));
  }

  static int side(String side, String text) {
    try {
      return Integer.parseInt(side.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' cannot be read, expected whole pixels such as 256 or 224x224", e);
    }
  }

  String text() {
    return width + "x" + height;
  }
}
