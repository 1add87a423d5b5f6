package dev.plumbline.host.score;

import java.util.Locale;

/**
 * One figure of a model on labelled data.
 *
 * @param key in answers as JSON, such as {@code mean_iou}
 * @param text as people call it, such as {@code mean IoU}
 * @param value of it; what is a share is 0 to 1
 * @param percent whether people are told it as a percentage
 */
public record Measure(String key, String text, double value, boolean percent) {
  public Measure(String key, String text, double value) {
    this(key, text, value, false);
  }

  /** A share of inputs that people are told as a percentage. */
  static Measure share(String key, String text, double value) {
    return new Measure(key, text, value, true);
  }

  /** For people, such as {@code accuracy 92.70 %}. */
  @Override
  public String toString() {
    return percent
        ? String.format(Locale.ROOT, "%s %.2f %%", text, value * 100)
        : String.format(Locale.ROOT, "%s %.4f", text, value);
  }
}
