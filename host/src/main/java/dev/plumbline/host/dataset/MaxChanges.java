package dev.plumbline.host.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.plumbline.host.BadInputException;

/**
 * How many elements of an input may be changed, as options and jobs say it: {@code 16}, or a share
 * of them such as {@code 3%}.
 *
 * @param number above 0; whole where it counts elements, at most 100 where it is a share
 * @param unit of the number
 */
public record MaxChanges(double number, Unit unit) {
  /** The share of the elements where nobody says otherwise. */
  public static final MaxChanges USUAL = new MaxChanges(3, Unit.PERCENT);

  private static final String EXPECTED =
      "a whole number of elements, at least 1, or a share above 0 and at most 100 such as 3%";

  /** What the number counts. */
  public enum Unit {
    ELEMENTS,
    PERCENT
  }

  public MaxChanges {
    boolean fits =
        unit == Unit.PERCENT
            ? number > 0 && number <= 100
            : number >= 1 && number <= Integer.MAX_VALUE && number == Math.rint(number);
    if (!fits) {
      throw new IllegalArgumentException("found " + number + ", expected " + EXPECTED);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is something else
   */
  public static MaxChanges parse(String text) {
    try {
      NumberOrPercent read = NumberOrPercent.parse(text);
      return new MaxChanges(read.number(), read.percent() ? Unit.PERCENT : Unit.ELEMENTS);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the number of changed elements '" + text + "' cannot be read, expected " + EXPECTED, e);
    }
  }

  /** From a number or a text of a job's file. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MaxChanges of(Object value) {
    return parse(value.toString());
  }

  /**
   * Elements of an input.
   *
   * @param elements that the input has
   * @return at least 1
   * @throws BadInputException if the input has fewer than are said
   */
  public int of(int elements) {
    if (unit == Unit.PERCENT) {
      return Math.max(1, (int) (number / 100 * elements));
    }
    if (number > elements) {
      throw new BadInputException(
          "the elements that may change are "
              + (int) number
              + " and an input has "
              + elements
              + ", expected at most as many");
    }
    return (int) number;
  }

  @Override
  public String toString() {
    String text =
        number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    return unit == Unit.PERCENT ? text + "%" : text;
  }
}
