package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The colour behind transparent pixels.
 *
 * @param red 0 to 255, and so are the others
 */
public record Background(int red, int green, int blue) {
  public Background {
    if (((red | green | blue) & ~0xff) != 0) {
      throw new IllegalArgumentException("a background outside 0 to 255");
    }
  }

  /**
   * Reads {@code white}, {@code black}, {@code grey}, {@code #RRGGBB} or {@code R,G,B}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Background parse(String text) {
    String colour = text.strip().toLowerCase(Locale.ROOT);
    switch (colour) {
      case "white":
        return new Background(255, 255, 255);
      case "black":
        return new Background(0, 0, 0);
      case "grey", "gray":
        return new Background(128, 128, 128);
      default:
    }
    try {
      if (colour.startsWith("#") && colour.length() == 7) {
        int rgb = HexFormat.fromHexDigits(colour, 1, 7);
        return new Background(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff);
      }
      String[] parts = colour.split(",", -1);
      if (parts.length == 3) {
        return new Background(
            Integer.parseInt(parts[0].strip()),
            Integer.parseInt(parts[1].strip()),
            Integer.parseInt(parts[2].strip()));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException(
        "the background '"
            + text
            + "' cannot be read, expected white, black, grey, #RRGGBB or R,G,B of 0 to 255",
        cause);
  }

  String text() {
    return red + "," + green + "," + blue;
  }

  /**
   * A picture without its alpha: laid over the background as Pillow's {@code paste} with a mask
   * does it.
   *
   * @param background absent where none was asked for: only what is opaque everywhere is taken
   * @param name what to call the file in messages
   * @throws BadInputException if something is transparent and there is no background
   */
  static Picture under(Decoded decoded, Optional<Background> background, String name) {
    if (!decoded.isTransparent()) {
      return decoded.picture();
    }
    Background behind = background.orElseThrow(() -> transparent(name));
    PictureShape shape = decoded.picture().shape();
    byte[] from = decoded.picture().pixels();
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[from.length];
    for (int c = 0; c < shape.channels(); c++) {
      int below = behind.value(c, shape.channels());
      for (int i = 0; i < plane; i++) {
        int at = c * plane + i;
        pixels[at] = (byte) blend(from[at] & 0xff, below, decoded.alpha()[i] & 0xff);
      }
    }
    return new Picture(shape, pixels);
  }

  private int value(int channel, int colours) {
    if (colours == 1) {
      byte[] rgb = {(byte) red, (byte) green, (byte) blue};
      return Colours.grey(new Picture(new PictureShape(3, 1, 1), rgb)).pixels()[0] & 0xff;
    }
    return channel == 0 ? red : channel == 1 ? green : blue;
  }

  /** Pillow's blend: divided by 255 and rounded. */
  private static int blend(int above, int below, int alpha) {
    int sum = above * alpha + below * (255 - alpha) + 128;
    return ((sum >> 8) + sum) >> 8;
  }

  private static BadInputException transparent(String name) {
    return new BadInputException(
        name
            + " is a picture with transparency: expected none, or --background COLOUR (background"
            + " in a job) to lay it over");
  }
}
