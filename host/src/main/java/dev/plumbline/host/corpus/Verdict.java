package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decisions;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What one judge says of one picture.
 *
 * <p>In JSON it has the keys {@code deviates}, {@code label}, {@code confidence} and {@code
 * outcome}; of a task that is no classification {@code decision} in place of label and confidence;
 * and {@code margin} where it is known. Corpora that were written before have no {@code outcome}
 * where {@code deviates} says it all.
 *
 * @param outcome what came out
 * @param decision of the compressed model; empty where the picture was not run
 * @param margin of that decision, {@link dev.plumbline.host.task.Task#deviationMargin}; empty where
 *     the picture was not run, and in what was judged before margins were kept
 */
public record Verdict(Outcome outcome, Optional<Decision> decision, Optional<Float> margin) {
  /** Stands in files for the label of a picture that was not run. */
  private static final int NO_LABEL = -1;

  private static final String MARGIN = "margin";

  private static final Set<String> KEYS =
      Set.of("deviates", "label", "confidence", "decision", "outcome", MARGIN);

  public Verdict {
    boolean decides = outcome.isDecided() || outcome == Outcome.FLAKY;
    if (decides != decision.isPresent()) {
      throw new IllegalArgumentException("a verdict '" + outcome + "' with " + decision);
    }
    if (margin.isPresent() && (decision.isEmpty() || !Float.isFinite(margin.get()))) {
      throw new IllegalArgumentException(
          "a verdict '" + outcome + "' with the margin " + margin.get());
    }
  }

  /** Whose margin is not known. */
  public Verdict(Outcome outcome, Optional<Decision> decision) {
    this(outcome, decision, Optional.empty());
  }

  /**
   * Of a picture that was run.
   *
   * @param deviates whether that is a deviation
   */
  public static Verdict decided(boolean deviates, Decision decision) {
    return new Verdict(deviates ? Outcome.DEVIATES : Outcome.AGREES, Optional.of(decision));
  }

  /** This, with the margin of its decision. */
  public Verdict withMargin(double known) {
    return new Verdict(outcome, decision, Optional.of(Margins.kept(known)));
  }

  /** Of a picture that could not be run. */
  public static Verdict failed(Outcome outcome) {
    return new Verdict(outcome, Optional.empty());
  }

  /**
   * As tables keep it.
   *
   * @param label null where the picture was not run
   */
  public static Verdict of(Outcome outcome, Integer label, float confidence) {
    return new Verdict(outcome, Optional.ofNullable(label).map(l -> new Label(l, confidence)));
  }

  /** The label where the decision is one; null elsewhere, as tables keep it. */
  public Integer label() {
    return decision
        .filter(Label.class::isInstance)
        .map(decided -> Label.of(decided).number())
        .orElse(null);
  }

  /** Whether the compressed model's decision differs from the original's, and that is no noise. */
  public boolean deviates() {
    return outcome == Outcome.DEVIATES;
  }

  /** Whether the judge gave a decision that stands. */
  public boolean isDecided() {
    return outcome.isDecided();
  }

  /**
   * How severe the deviation is that this says.
   *
   * @param original the original's {@link Task#ownMargin} on the input, where it is known
   * @return {@link Task#severity}; empty where this is no deviation, or a margin is not known
   */
  public OptionalDouble severity(Task task, Optional<Float> original) {
    return deviates() && original.isPresent() && margin.isPresent()
        ? OptionalDouble.of(task.severity(original.get(), margin.get()))
        : OptionalDouble.empty();
  }

  /** This decision, which other runs did not make. */
  public Verdict flaky() {
    return new Verdict(Outcome.FLAKY, decision, margin);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Verdict read(JsonNode json) {
    Verdict verdict = withoutMargin(json);
    JsonNode margin = json.path(MARGIN);
    if (margin.isMissingNode()) {
      return verdict;
    }
    if (!margin.isNumber()) {
      throw new IllegalArgumentException("a verdict " + json + ", expected a number as margin");
    }
    return verdict.withMargin(margin.doubleValue());
  }

  private static Verdict withoutMargin(JsonNode json) {
    for (String key : (Iterable<String>) json::fieldNames) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("a verdict with the unknown key '" + key + "'");
      }
    }
    JsonNode deviates = json.path("deviates");
    if (json.has("decision")) {
      return read(json, Optional.of(Decisions.read(json.get("decision"))));
    }
    JsonNode label = json.path("label");
    JsonNode confidence = json.path("confidence");
    if (!deviates.isBoolean() || !label.isInt() || !confidence.isNumber()) {
      throw new IllegalArgumentException(
          "a verdict " + json + ", expected the keys deviates, label and confidence");
    }
    JsonNode outcome = json.path("outcome");
    if (outcome.isMissingNode()) {
      return decided(deviates.booleanValue(), new Label(label.intValue(), confidence.floatValue()));
    }
    Verdict verdict =
        of(
            Outcome.ofWord(outcome.asText()),
            label.intValue() == NO_LABEL ? null : label.intValue(),
            confidence.floatValue());
    if (verdict.deviates() != deviates.booleanValue()) {
      throw new IllegalArgumentException("a verdict that contradicts itself: " + json);
    }
    return verdict;
  }

  private static Verdict read(JsonNode json, Optional<Decision> decision) {
    Verdict verdict = new Verdict(Outcome.ofWord(json.path("outcome").asText()), decision);
    if (!json.path("deviates").isBoolean()
        || verdict.deviates() != json.path("deviates").booleanValue()) {
      throw new IllegalArgumentException("a verdict that contradicts itself: " + json);
    }
    return verdict;
  }

  @JsonValue
  Map<String, Object> write() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deviates", deviates());
    if (decision.isPresent() && !(decision.get() instanceof Label)) {
      json.put("decision", decision.get().json());
    } else {
      json.put("label", decision.map(d -> Label.of(d).number()).orElse(NO_LABEL));
      json.put("confidence", decision.map(Decision::confidence).orElse(0f));
    }
    json.put("outcome", outcome.word());
    margin.ifPresent(known -> json.put(MARGIN, known));
    return json;
  }
}
