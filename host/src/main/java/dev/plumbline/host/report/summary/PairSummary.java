package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.task.AttackReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * All figures of one pair of an original and a compressed model.
 *
 * @param seeds pictures that the search started from
 * @param mutated mutated pictures that it made
 * @param effective those on which, by the proxy, only the compressed model left the seed's label
 * @param valid those on which both models kept it
 * @param invalid those on which the original left it
 * @param seedsWithDeviation seeds with at least one effective picture
 * @param meanRms root-mean-square distance to the seed in units of the [0,1] pixel range, averaged
 *     over effective pictures; empty when there are none
 * @param meanLinf likewise the largest change of a pixel
 * @param byConfidence effective pictures on which the original is at least that sure of its label
 *     ("0.5", "0.7", "0.9"), least first; empty when not counted
 * @param judges everyone who judged the corpus
 * @param accuracy on clean pictures; empty while not measured, and for tasks with another score
 * @param score on clean pictures, of tasks whose score is another one; empty likewise
 * @param agreement on clean pictures; empty while not measured
 * @param newSearch what a new search finds before and after the repair; empty where there was none
 * @param repair what it changed; empty before the repair
 * @param fgsm by strength in 1/255 ("2", "8", "16"), weakest first
 * @param attackedFrom what these attacks lead away from; empty for labels
 * @param fleet how judges differ from each other and from themselves; empty while not measured
 * @param natural deviations on the seeds as they are, by ONNX Runtime on the host; empty while not
 *     measured
 * @param seconds wall-clock seconds of each step, in the order of the steps
 * @param overlaps pictures that parts of the data share, compared by SHA-256: seeds, held-out,
 *     evaluation and training pictures, or of a corpus alone its seeds and the clean pictures;
 *     empty where they were not compared
 * @param leftOut what was left out of the data, by its part: seeds, heldout, evaluation, training,
 *     or of a corpus alone its clean pictures; only parts of which something was
 * @param guard band of the repaired model; empty where none was asked for
 * @param precision graphs that were tried before the repair; empty where none were
 */
public record PairSummary(
    long seeds,
    long mutated,
    long effective,
    long valid,
    long invalid,
    @JsonProperty("seeds_with_deviation") long seedsWithDeviation,
    @JsonProperty("mean_rms") OptionalDouble meanRms,
    @JsonProperty("mean_linf") OptionalDouble meanLinf,
    @JsonProperty("by_confidence") Map<String, Integer> byConfidence,
    List<JudgeSummary> judges,
    Optional<AccuracySummary> accuracy,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<ScoreSummary> score,
    Optional<AgreementSummary> agreement,
    @JsonProperty("new_search") Optional<NewSearchSummary> newSearch,
    Optional<RepairSummary> repair,
    Map<String, FgsmSummary> fgsm,
    @JsonProperty("fgsm_away_from") @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<AttackReference> attackedFrom,
    Optional<FleetSummary> fleet,
    Optional<NaturalDeviations> natural,
    Map<String, Double> seconds,
    Optional<List<Overlap>> overlaps,
    @JsonProperty("left_out") Map<String, LeftOut> leftOut,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<GuardSummary> guard,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<PrecisionSummary> precision) {
  /** Of a pair without a guard, with the graph that it was given. */
  public PairSummary(
      long seeds,
      long mutated,
      long effective,
      long valid,
      long invalid,
      long seedsWithDeviation,
      OptionalDouble meanRms,
      OptionalDouble meanLinf,
      Map<String, Integer> byConfidence,
      List<JudgeSummary> judges,
      Optional<AccuracySummary> accuracy,
      Optional<ScoreSummary> score,
      Optional<AgreementSummary> agreement,
      Optional<NewSearchSummary> newSearch,
      Optional<RepairSummary> repair,
      Map<String, FgsmSummary> fgsm,
      Optional<AttackReference> attackedFrom,
      Optional<FleetSummary> fleet,
      Optional<NaturalDeviations> natural,
      Map<String, Double> seconds,
      Optional<List<Overlap>> overlaps,
      Map<String, LeftOut> leftOut) {
    this(
        seeds,
        mutated,
        effective,
        valid,
        invalid,
        seedsWithDeviation,
        meanRms,
        meanLinf,
        byConfidence,
        judges,
        accuracy,
        score,
        agreement,
        newSearch,
        repair,
        fgsm,
        attackedFrom,
        fleet,
        natural,
        seconds,
        overlaps,
        leftOut,
        Optional.empty(),
        Optional.empty());
  }

  public PairSummary {
    Checks.count("seeds", seeds);
    Checks.count("effective", effective);
    Checks.count("valid", valid);
    Checks.count("invalid", invalid);
    if (mutated != effective + valid + invalid) {
      throw new IllegalArgumentException(
          "%d mutated pictures, but %d effective, %d valid and %d invalid"
              .formatted(mutated, effective, valid, invalid));
    }
    if (seedsWithDeviation < 0 || seedsWithDeviation > seeds) {
      throw new IllegalArgumentException(
          "%d of %d seeds with a deviation".formatted(seedsWithDeviation, seeds));
    }
    Checks.share("mean_rms", meanRms);
    Checks.share("mean_linf", meanLinf);
    byConfidence =
        byConfidence == null
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(byConfidence));
    byConfidence.forEach((least, count) -> Checks.count("by_confidence " + least, count));
    judges = List.copyOf(judges);
    if (judges.stream().map(JudgeSummary::id).distinct().count() != judges.size()) {
      throw new IllegalArgumentException(
          "two judges with one id: "
              + judges.stream().map(JudgeSummary::id).collect(Collectors.joining(", ")));
    }
    fgsm.keySet().forEach(epsilon -> Checks.named("strength of an FGSM attack", epsilon));
    fgsm = Collections.unmodifiableMap(new LinkedHashMap<>(fgsm));
    seconds.forEach(Checks::seconds);
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    overlaps = overlaps.map(List::copyOf);
    leftOut =
        leftOut == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
  }

  /** The score of the task's field, accuracy or another one. */
  public Optional<ScoreSummary> cleanScore() {
    return score.or(() -> accuracy.map(ScoreSummary::of));
  }

  /** Whether two parts of the data were compared and share no picture. */
  public boolean isApart(String first, String second) {
    return overlaps.isPresent()
        && overlaps.get().stream().noneMatch(overlap -> overlap.isOf(first, second));
  }
}
