package dev.plumbline.host.guard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A point of the curve of what is deferred against what is left.
 *
 * @param threshold of the margin, at least 0
 * @param deferred share of clean pictures, 0 to 1
 * @param naturalLeft share of natural deviations, 0 to 1
 * @param adversarialLeft share of deviations of corpora, 0 to 1
 */
public record GuardPoint(
    float threshold, double deferred, double naturalLeft, double adversarialLeft) {
  private static final String THRESHOLD = "threshold";
  private static final String DEFERRED = "deferred";
  private static final String NATURAL_LEFT = "natural_left";
  private static final String ADVERSARIAL_LEFT = "adversarial_left";

  static GuardPoint of(GuardRule rule, GuardFigures figures) {
    return new GuardPoint(
        rule.threshold(),
        figures.deferred().value(),
        figures.naturalLeft().value(),
        figures.adversarialLeft().value());
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(THRESHOLD, threshold);
    map.put(DEFERRED, deferred);
    map.put(NATURAL_LEFT, naturalLeft);
    map.put(ADVERSARIAL_LEFT, adversarialLeft);
    return map;
  }

  static GuardPoint read(JsonNode json) {
    return new GuardPoint(
        json.path(THRESHOLD).floatValue(),
        json.path(DEFERRED).doubleValue(),
        json.path(NATURAL_LEFT).doubleValue(),
        json.path(ADVERSARIAL_LEFT).doubleValue());
  }
}
