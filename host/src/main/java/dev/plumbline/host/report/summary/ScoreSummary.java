package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.score.Measure;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The score of the task's field on clean pictures, on data that neither the search nor the repair
 * touched.
 *
 * @param key as in the answer of {@code evaluate}, such as {@code mean_iou}
 * @param name as people call it, such as {@code mean IoU}
 * @param scale what the score is measured in
 * @param lowerIsBetter whether the model with the smaller value is the better one
 * @param original of the original
 * @param compressed of the compressed model, as it runs in ONNX Runtime
 * @param repaired of the repaired model; empty before the repair
 */
public record ScoreSummary(
    String key,
    String name,
    Measure.Scale scale,
    @JsonProperty("lower_is_better") boolean lowerIsBetter,
    double original,
    double compressed,
    OptionalDouble repaired) {
  public ScoreSummary {
    Checks.named("key of a score", key);
    Checks.named("name of a score", name);
  }

  /** Of the same measure of each model. */
  public static ScoreSummary of(Measure original, Measure compressed, Optional<Measure> repaired) {
    return new ScoreSummary(
        original.key(),
        original.text(),
        original.scale(),
        original.lowerIsBetter(),
        original.value(),
        compressed.value(),
        repaired.map(Measure::value).map(OptionalDouble::of).orElse(OptionalDouble.empty()));
  }

  static ScoreSummary of(AccuracySummary accuracy) {
    return of(
        Measure.accuracy(accuracy.original()),
        Measure.accuracy(accuracy.compressed()),
        accuracy.repaired().isPresent()
            ? Optional.of(Measure.accuracy(accuracy.repaired().getAsDouble()))
            : Optional.empty());
  }

  /** A value of this score. */
  public Measure measure(double value) {
    return new Measure(key, name, value, scale, lowerIsBetter);
  }

  /** The accuracy, where that is the score. */
  public Optional<AccuracySummary> accuracy() {
    return measure(original).isAccuracy()
        ? Optional.of(new AccuracySummary(original, compressed, repaired))
        : Optional.empty();
  }
}
