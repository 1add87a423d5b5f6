package dev.plumbline.host.guard;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.plumbline.host.dataset.NumberOrPercent;
import java.util.Locale;

/**
 * A share that options and jobs ask for: {@code 1%} or {@code 0.01}.
 *
 * @param value above 0 and below 1
 */
public record AskedShare(double value) {
  private static final String EXPECTED =
      ", expected a share above 0 and below 1 such as 1% or 0.01";

  public AskedShare {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(value + EXPECTED);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is no such share
   */
  public static AskedShare parse(String text) {
    try {
      double share = NumberOrPercent.parse(text).share();
      if (share > 0 && share < 1) {
        return new AskedShare(share);
      }
    } catch (NumberFormatException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  /** From a number or a text of a job's file. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static AskedShare of(Object value) {
    return parse(String.valueOf(value));
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "'%s'%s", text, EXPECTED), cause);
  }
}
