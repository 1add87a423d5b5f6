package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one judge says of one picture.
 *
 * <p>In JSON it has the keys {@code deviates}, {@code label}, {@code confidence} and {@code
 * outcome}. Corpora that were written before have no {@code outcome} where {@code deviates} says it
 * all.
 *
 * @param outcome what came out
 * @param label what the compressed model predicts; {@link #NO_LABEL} where it gave none
 * @param confidence softmax of the compressed model's logits at {@code label}, 0 to 1
 */
public record Verdict(Outcome outcome, int label, float confidence) {
  /** Stands for the label of a picture that was not run. */
  public static final int NO_LABEL = -1;

  private static final Set<String> KEYS = Set.of("deviates", "label", "confidence", "outcome");

  public Verdict {
    boolean labelled = outcome.isDecided() || outcome == Outcome.FLAKY;
    if (labelled ? label < 0 : label != NO_LABEL) {
      throw new IllegalArgumentException("a verdict '" + outcome + "' with the label " + label);
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence of " + confidence + ", expected 0 to 1");
    }
  }

  /** A decided one. */
  public Verdict(boolean deviates, int label, float confidence) {
    this(deviates ? Outcome.DEVIATES : Outcome.AGREES, label, confidence);
  }

  /** On a picture that could not be run. */
  public static Verdict failed(Outcome outcome) {
    return new Verdict(outcome, NO_LABEL, 0);
  }

  /** Whether the compressed model's label differs from the original's, and that is no noise. */
  public boolean deviates() {
    return outcome == Outcome.DEVIATES;
  }

  /** Whether the judge gave a label that stands. */
  public boolean isDecided() {
    return outcome.isDecided();
  }

  /** This label, which other runs did not give. */
  public Verdict flaky() {
    return new Verdict(Outcome.FLAKY, label, confidence);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Verdict read(JsonNode json) {
    for (String key : (Iterable<String>) json::fieldNames) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("a verdict with the unknown key '" + key + "'");
      }
    }
    JsonNode deviates = json.path("deviates");
    JsonNode label = json.path("label");
    JsonNode confidence = json.path("confidence");
    if (!deviates.isBoolean() || !label.isInt() || !confidence.isNumber()) {
      throw new IllegalArgumentException(
          "a verdict " + json + ", expected the keys deviates, label and confidence");
    }
    JsonNode outcome = json.path("outcome");
    if (outcome.isMissingNode()) {
      return new Verdict(deviates.booleanValue(), label.intValue(), confidence.floatValue());
    }
    Verdict verdict =
        new Verdict(Outcome.ofWord(outcome.asText()), label.intValue(), confidence.floatValue());
    if (verdict.deviates() != deviates.booleanValue()) {
      throw new IllegalArgumentException("a verdict that contradicts itself: " + json);
    }
    return verdict;
  }

  @JsonValue
  Map<String, Object> write() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deviates", deviates());
    json.put("label", label);
    json.put("confidence", confidence);
    json.put("outcome", outcome.word());
    return json;
  }
}
