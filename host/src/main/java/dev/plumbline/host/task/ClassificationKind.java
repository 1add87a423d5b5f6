package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Single labels. A model gets this task without being asked, so there is nothing to bind. */
final class ClassificationKind implements TaskKind {
  private static final Set<String> KEYS = Set.of("kind", "threshold", "otherwise");
  private static final String LABEL = "label";

  @Override
  public String name() {
    return Classification.KIND;
  }

  /** A threshold has an option of its own. */
  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    throw new IllegalStateException("a classification reads logits, no rows");
  }

  @Override
  public Task read(JsonNode json) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    JsonNode least = json.path("threshold");
    JsonNode otherwise = json.path("otherwise");
    if (unknown.isEmpty() && least.isMissingNode() && otherwise.isMissingNode()) {
      return Classification.PLAIN;
    }
    if (!unknown.isEmpty() || !least.isNumber() || !otherwise.isInt()) {
      throw new IllegalArgumentException(
          "a task " + json + ", expected a number threshold and a class number otherwise");
    }
    return new Classification(
        Optional.of(new Threshold(least.doubleValue(), otherwise.intValue())));
  }

  @Override
  public String decisionKey() {
    return LABEL;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    JsonNode label = json.path(LABEL);
    JsonNode confidence = json.path("confidence");
    if (!label.isInt() || !confidence.isNumber()) {
      throw new IllegalArgumentException(
          "a decision " + json + ", expected the keys label and confidence");
    }
    return new Label(label.intValue(), confidence.floatValue());
  }

  @Override
  public Optional<String> looksLike(OnnxModel model) {
    return Optional.empty();
  }
}
