package dev.plumbline.host.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;

/**
 * How far a number of an input may be changed. Of pictures, how far a pixel may be, as options and
 * jobs say it: a number of steps of 255, such as {@code 8}, or a fraction of the [0,1] range, such
 * as {@code 8/255}.
 *
 * @param steps of a pixel's value, above 0; of pictures at most 255, which {@link #ofRange} checks
 * @param number what was said, as a number: of tensors it is in their own unit
 */
public record Epsilon(double steps, double number) {
  private static final String EXPECTED =
      "above 0 and at most 255 (in 1/255), or a fraction such as 8/255";

  public Epsilon {
    if (!(steps > 0 && Double.isFinite(steps) && number > 0)) {
      throw new IllegalArgumentException("epsilon is " + steps + ", expected " + EXPECTED);
    }
  }

  /** Steps of a pixel's value. */
  public Epsilon(double steps) {
    this(steps, steps);
  }

  /**
   * @throws IllegalArgumentException if the text is something else
   */
  public static Epsilon parse(String text) {
    String[] fraction = text.strip().split("/", -1);
    try {
      if (fraction.length <= 2) {
        double above = Double.parseDouble(fraction[0]);
        if (fraction.length == 1) {
          return new Epsilon(above);
        }
        double below = Double.parseDouble(fraction[1]);
        return new Epsilon(255 * above / below, above / below);
      }
    } catch (NumberFormatException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  /** From a number or a text of a job's file. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Epsilon of(Object value) {
    return parse(value.toString());
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException(
        "epsilon '" + text + "' cannot be read, expected a number " + EXPECTED, cause);
  }

  /** Whether it is one of pictures. */
  public boolean isOfPixels() {
    return steps <= 255;
  }

  /**
   * Of pictures, on the [0,1] range.
   *
   * @throws IllegalArgumentException if a pixel cannot change that far
   */
  public double ofRange() {
    requireOfPixels();
    return steps / 255;
  }

  private void requireOfPixels() {
    if (!isOfPixels()) {
      throw new IllegalArgumentException("epsilon is " + steps + ", expected " + EXPECTED);
    }
  }

  /**
   * Steps for what changes pixels by whole ones.
   *
   * @throws IllegalArgumentException if one is no whole number
   */
  public static List<Integer> whole(List<Epsilon> all) {
    return all.stream().map(Epsilon::whole).toList();
  }

  private int whole() {
    requireOfPixels();
    if (steps != Math.rint(steps)) {
      throw new IllegalArgumentException(
          "epsilon is " + steps + "/255, expected a whole number of 1/255");
    }
    return (int) steps;
  }

  @Override
  public String toString() {
    return steps == Math.rint(steps) ? Integer.toString((int) steps) : Double.toString(steps);
  }
}
