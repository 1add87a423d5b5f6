package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.report.summary.Checks;
import java.util.Optional;

/**
 * What a model says of a picture.
 *
 * @param label what it decides, in words: of a classifier the name of the class
 * @param confidence how sure it is, 0 to 1
 * @param kept whether that is what it should decide
 * @param drawing the picture with the decision on it, where that can be drawn
 */
public record Prediction(String label, double confidence, boolean kept, Optional<Picture> drawing) {
  public Prediction {
    Checks.share("confidence", confidence);
  }
}
