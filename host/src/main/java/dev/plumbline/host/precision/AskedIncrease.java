package dev.plumbline.host.precision;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.plumbline.host.dataset.NumberOrPercent;
import java.util.Locale;

/**
 * By how much something may grow, as options and jobs ask for it: {@code 10%} or {@code 0.1}.
 *
 * @param share at least 0, finite
 */
public record AskedIncrease(double share) {
  private static final String EXPECTED = ", expected an increase of at least 0 such as 10% or 0.1";

  public AskedIncrease {
    if (!(share >= 0) || Double.isInfinite(share)) {
      throw new IllegalArgumentException(share + EXPECTED);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is no such increase
   */
  public static AskedIncrease parse(String text) {
    double share;
    try {
      share = NumberOrPercent.parse(text).share();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(refusal(text), e);
    }
    if (share >= 0 && Double.isFinite(share)) {
      return new AskedIncrease(share);
    }
    throw new IllegalArgumentException(refusal(text));
  }

  /** From a number or a text of a job's file. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static AskedIncrease of(Object value) {
    return parse(String.valueOf(value));
  }

  private static String refusal(String text) {
    return String.format(Locale.ROOT, "'%s'%s", text, EXPECTED);
  }
}
