package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which pictures of a data set, by their number.
 *
 * @param from the first, at least 0
 * @param to the one after the last, above {@code from}; empty for all that follow
 */
public record Range(int from, OptionalInt to) {
  private static final Pattern FORM = Pattern.compile("(\\d{0,10}):(\\d{0,10})");

  public Range {
    if (from < 0 || to.isPresent() && to.getAsInt() <= from) {
      throw new IllegalArgumentException("range from " + from + " to " + to);
    }
  }

  public static Range of(int from, int to) {
    return new Range(from, OptionalInt.of(to));
  }

  /**
   * Reads {@code FROM:TO}. FROM may be left out for 0, TO for the end.
   *
   * @throws BadInputException if it is of another form or holds no picture
   */
  public static Range parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new BadInputException(
          "range '" + text + "' cannot be read: expected FROM:TO, two whole numbers from 0");
    }
    long from = form.group(1).isEmpty() ? 0 : Long.parseLong(form.group(1));
    long to = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    if (from >= to) {
      throw new BadInputException(
          "range '" + text + "' holds no picture: expected FROM below TO, which is not included");
    }
    // No data set has more pictures than an int counts; such a range is outside any of them.
    int first = (int) Math.min(from, Integer.MAX_VALUE - 1);
    return form.group(2).isEmpty()
        ? new Range(first, OptionalInt.empty())
        : of(first, (int) Math.min(to, Integer.MAX_VALUE));
  }

  /**
   * The one after the last picture, in data of a size.
   *
   * @param size pictures in the data
   * @param data what to call the data in a message
   * @throws BadInputException if the range reaches past the data
   */
  int end(int size, String data) {
    int end = to.orElse(size);
    if (from >= size || end > size) {
      throw new BadInputException(
          "range " + this + " reaches past the " + size + " pictures of " + data);
    }
    return end;
  }

  @Override
  public String toString() {
    return from + ":" + (to.isPresent() ? to.getAsInt() : "");
  }
}
