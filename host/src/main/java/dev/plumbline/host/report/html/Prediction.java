package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Checks;

/**
 * What a model says of a picture.
 *
 * @param label name of the class
 * @param confidence softmax at it, 0 to 1
 */
public record Prediction(String label, double confidence) {
  public Prediction {
    Checks.share("confidence", confidence);
  }
}
