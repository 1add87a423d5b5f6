package dev.plumbline.host.repair;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of the model that a round made. */
public enum RoundOutcome {
  /** It is the best so far; the next round begins with it. */
  BEST,
  /**
   * No fewer deviations are left than with the best model; the next round begins with the best one
   * again.
   */
  NO_BETTER,
  /** It lost more clean accuracy than is allowed; the next round begins with the best one again. */
  ACCURACY_FELL;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
