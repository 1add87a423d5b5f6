package dev.plumbline.host.dataset;

/**
 * What a pixel value of 0 to 255 is brought to before the mean is taken off: {@code p * factor /
 * divisor + offset}, each operation rounded to float32.
 *
 * @param factor not 0
 * @param divisor above 0
 * @param offset added last
 */
public record Scale(float factor, float divisor, float offset) {
  /** Pixels to the range of 0 to 1. */
  public static final Scale UNIT = new Scale(1, 255, 0);

  public Scale {
    if (!(factor > 0 && divisor > 0)
        || Float.isInfinite(factor)
        || Float.isInfinite(divisor)
        || !Float.isFinite(offset)) {
      throw new IllegalArgumentException(
          "the scale "
              + factor
              + "/"
              + divisor
              + ","
              + offset
              + " cannot be used, expected numbers above 0 and a finite offset");
    }
  }

  /**
   * Reads {@code FACTOR}, {@code FACTOR/DIVISOR} or one of them with {@code ,OFFSET} behind.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Scale parse(String text) {
    try {
      String[] parts = text.strip().split(",", -1);
      String[] fraction = parts[0].split("/", -1);
      if (parts.length <= 2 && fraction.length <= 2) {
        return new Scale(
            Float.parseFloat(fraction[0].strip()),
            fraction.length == 1 ? 1 : Float.parseFloat(fraction[1].strip()),
            parts.length == 1 ? 0 : Float.parseFloat(parts[1].strip()));
      }
    } catch (NumberFormatException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException(
        "the scale '"
            + text
            + "' cannot be read, expected FACTOR, FACTOR/DIVISOR or FACTOR/DIVISOR,OFFSET such as"
            + " 1/255, 1 or 1/127.5,-1",
        cause);
  }

  /** As options, jobs and metadata say it. */
  String text() {
    return number(factor)
        + (divisor == 1 ? "" : "/" + number(divisor))
        + (offset == 0 ? "" : "," + number(offset));
  }

  private static String number(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Integer.toString((int) value)
        : Float.toString(value);
  }

  /** A pixel value as it is scaled. */
  float of(int pixel) {
    return pixel * factor / divisor + offset;
  }

  /** Steps of a pixel's value to one unit of the scaled value. */
  public float pixelsPerUnit() {
    return divisor / factor;
  }
}
