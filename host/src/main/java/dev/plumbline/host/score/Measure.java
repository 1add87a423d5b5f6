package dev.plumbline.host.score;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * One figure of a model on labelled data.
 *
 * @param key in answers as JSON, such as {@code mean_iou}
 * @param text as people call it, such as {@code mean IoU}
 * @param value of it; what is a share is 0 to 1
 * @param scale what the value is measured in
 * @param lowerIsBetter whether a model with a smaller value is the better one, as with errors; not
 *     so for what is no quality of a model, such as a threshold
 */
public record Measure(
    String key,
    String text,
    double value,
    Scale scale,
    @JsonProperty("lower_is_better") boolean lowerIsBetter) {
  private static final String ACCURACY = "accuracy";

  /** What a value is measured in, which says how it is told and what a loss is counted in. */
  public enum Scale {
    /** A share of 0 to 1 that people are told as a percentage. */
    @JsonProperty("percent")
    PERCENT,
    /** A share of 0 to 1, or a rate, that people are told as it is. */
    @JsonProperty("rate")
    RATE,
    /** A length, a cosine, whatever the task decides. */
    @JsonProperty("unit")
    UNIT
  }

  /** The share of inputs that get their true label, 0 to 1. */
  public static Measure accuracy(double value) {
    return share(ACCURACY, ACCURACY, value);
  }

  /** A share of inputs, pairs or points that people are told as a percentage. */
  public static Measure share(String key, String text, double value) {
    return new Measure(key, text, value, Scale.PERCENT, false);
  }

  /** A figure of 0 to 1 that the field tells as it is, such as a mean IoU. */
  static Measure rate(String key, String text, double value) {
    return new Measure(key, text, value, Scale.RATE, false);
  }

  /** An error for each of what could be right, such as a character error rate: at least 0. */
  static Measure errorRate(String key, String text, double value) {
    return new Measure(key, text, value, Scale.RATE, true);
  }

  /** An error in the unit of what the task decides: at least 0. */
  static Measure error(String key, String text, double value) {
    return new Measure(key, text, value, Scale.UNIT, true);
  }

  /** Something that others were measured at. */
  static Measure threshold(String key, String text, double value) {
    return new Measure(key, text, value, Scale.UNIT, false);
  }

  /**
   * How much of this another model loses.
   *
   * @param other the same figure of that model
   * @return below 0 where it gains; in percentage points of a share or a rate, in per cent of this
   *     value of what has a unit
   */
  public double lossOf(Measure other) {
    if (!key.equals(other.key)) {
      throw new IllegalArgumentException(key + " is compared with " + other.key);
    }
    double worse = lowerIsBetter ? other.value - value : value - other.value;
    return worse == 0 ? 0 : 100 * (scale == Scale.UNIT ? worse / Math.abs(value) : worse);
  }

  /** Whether it is the score of classifiers. */
  @JsonIgnore
  public boolean isAccuracy() {
    return key.equals(ACCURACY);
  }

  /** The value for people, such as {@code 92.70 %}. */
  public String figure() {
    return scale == Scale.PERCENT
        ? String.format(Locale.ROOT, "%.2f %%", value * 100)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  /** What the figure is called, and which of two is better where that is not the larger one. */
  public String name() {
    return lowerIsBetter ? text + " (lower is better)" : text;
  }

  /** How it gets worse, in words, such as {@code accuracy fell too far}. */
  public String lost() {
    return text + (lowerIsBetter ? " rose" : " fell") + " too far";
  }

  /** For people, such as {@code accuracy 92.70 %}. */
  @Override
  public String toString() {
    return name() + " " + figure();
  }
}
