package dev.plumbline.host.memory;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.plumbline.host.BadInputException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 3g}, {@code 1.5g}, {@code 800m}, {@code 900000k} or
 * bytes. A kilobyte has 1,024 bytes, as for Java's {@code -Xmx}.
 *
 * @param bytes above 0
 */
public record MemorySize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)([kmgt]?)(?:i?b)?");
  private static final String UNITS = "kmgt";

  /**
   * @throws BadInputException if the text is no size above 0
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static MemorySize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    double bytes = 0;
    if (matcher.matches()) {
      int power = matcher.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(matcher.group(2));
      bytes = Math.floor(Double.parseDouble(matcher.group(1)) * Math.pow(1024, power));
    }
    if (!(bytes >= 1 && bytes < Long.MAX_VALUE)) {
      throw new BadInputException(
          "'" + text + "' is no size of memory, expected one above 0 such as 3g or 800m");
    }
    return new MemorySize((long) bytes);
  }

  /** In the largest unit that leaves a number of at least 1, such as {@code 1.5 GiB}. */
  static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length()) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " bytes"
        : String.format(
            Locale.ROOT,
            value < 10 ? "%.1f %siB" : "%.0f %siB",
            value,
            Character.toUpperCase(UNITS.charAt(unit - 1)));
  }

  @Override
  public String toString() {
    return text(bytes);
  }
}
