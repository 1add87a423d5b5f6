package dev.plumbline.host.task;

import java.util.Locale;

/** What the numbers of a row are that say how sure a detector is of a class. */
enum ScoreForm {
  /** Probabilities; times that of any object where the head has one. */
  PROBABILITIES,
  /** Log odds. */
  LOGITS,
  /** Logarithms of probabilities. */
  LOG_PROBABILITIES,
  /** Logits of all classes of an anchor, whose softmax is meant. */
  SOFTMAX;

  /** Less, and less than 1 by less, counts as this: log odds stay finite, here within 14. */
  static final double LEAST = 1e-6;

  /** As settings and files say it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such form
   */
  static ScoreForm of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The number that a probability is in this form. */
  double number(double probability) {
    return switch (this) {
      case PROBABILITIES -> probability;
      case LOGITS -> Threshold.logOdds(probability);
      case LOG_PROBABILITIES, SOFTMAX -> Math.log(probability);
    };
  }

  /** The probability that a number of this form is, 0 to 1. */
  float probability(float number) {
    double probability =
        switch (this) {
          case PROBABILITIES -> number;
          case LOGITS -> 1 / (1 + Math.exp(-number));
          case LOG_PROBABILITIES, SOFTMAX -> Math.exp(number);
        };
    return (float) Math.max(0, Math.min(1, probability));
  }

  /** The log odds that a number of this form is. */
  double logOdds(float number) {
    return switch (this) {
      case PROBABILITIES -> clipped(number);
      case LOGITS -> number;
      case LOG_PROBABILITIES, SOFTMAX -> clipped(Math.exp(number));
    };
  }

  private static double clipped(double probability) {
    return Threshold.logOdds(Math.max(LEAST, Math.min(1 - LEAST, probability)));
  }
}
