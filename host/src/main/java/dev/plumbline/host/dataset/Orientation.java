package dev.plumbline.host.dataset;

/** How a picture is to be turned for display, numbered as EXIF's Orientation tag. */
public enum Orientation {
  UPRIGHT,
  MIRRORED,
  HALF_TURN,
  UPSIDE_DOWN,
  TRANSPOSED,
  QUARTER_TURN,
  TRANSVERSED,
  THREE_QUARTER_TURN;

  /** Whether files are turned as they say. */
  public enum Handling {
    APPLIED("exif"),
    IGNORED("stored");

    private final String text;

    Handling(String text) {
      this.text = text;
    }

    /** As options, jobs and metadata say it. */
    String text() {
      return text;
    }

    /**
     * @throws IllegalArgumentException if there is no such handling
     */
    static Handling parse(String text) {
      for (Handling each : values()) {
        if (each.text.equalsIgnoreCase(text)) {
          return each;
        }
      }
      throw new IllegalArgumentException(
          "the orientation '" + text + "' is unknown, expected exif or stored");
    }
  }

  /** The orientation of a tag's value; a value that EXIF does not know turns nothing. */
  static Orientation of(int tag) {
    return tag >= 1 && tag <= values().length ? values()[tag - 1] : UPRIGHT;
  }

  /** The picture as it is to be seen; the result of Pillow's {@code ImageOps.exif_transpose}. */
  Picture apply(Picture stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    PictureShape from = stored.shape();
    boolean sideways = ordinal() >= TRANSPOSED.ordinal();
    int width = sideways ? from.height() : from.width();
    int height = sideways ? from.width() : from.height();
    byte[] pixels = new byte[from.bytes()];
    int at = 0;
    for (int c = 0; c < from.channels(); c++) {
      int start = c * from.height() * from.width();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          pixels[at++] = stored.pixels()[start + source(x, y, from.width(), from.height())];
        }
      }
    }
    return new Picture(new PictureShape(from.channels(), height, width), pixels);
  }

  /** Which pixel of the stored plane is seen at a place. */
  private int source(int x, int y, int width, int height) {
    return switch (this) {
      case UPRIGHT -> y * width + x;
      case MIRRORED -> y * width + width - 1 - x;
      case HALF_TURN -> (height - 1 - y) * width + width - 1 - x;
      case UPSIDE_DOWN -> (height - 1 - y) * width + x;
      case TRANSPOSED -> x * width + y;
      case QUARTER_TURN -> (height - 1 - x) * width + y;
      case TRANSVERSED -> (height - 1 - x) * width + width - 1 - y;
      case THREE_QUARTER_TURN -> x * width + width - 1 - y;
    };
  }
}
