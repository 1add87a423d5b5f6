package dev.plumbline.host.corpus;

import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How severe the deviations are that one judge sees, where their margins are known.
 *
 * @param deviations severity of each, ascending
 * @param seeds severity of the most severe deviation of each seed that has one, ascending
 * @see Task#severity(double, double)
 */
public record Severities(List<Double> deviations, List<Double> seeds) {
  /** Of logits few mean little beyond 8; of numbers these are bounds. */
  private static final List<String> LEVELS =
      List.of("0.1", "0.25", "0.5", "1", "1.5", "2", "3", "4", "8");

  private static final List<String> QUANTILES =
      List.of("0", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "1");

  public Severities {
    deviations = deviations.stream().sorted().toList();
    seeds = seeds.stream().sorted().toList();
  }

  /** To each judge of a corpus that sees a deviation whose severity is known. */
  public static Map<String, Severities> byJudge(Corpus corpus) {
    Map<String, Severities> byJudge = new LinkedHashMap<>();
    for (JudgeInfo judge : corpus.header().judges()) {
      Severities severities = of(corpus.inputs(), corpus.header().task(), judge.id());
      if (!severities.isEmpty()) {
        byJudge.put(judge.id(), severities);
      }
    }
    return byJudge;
  }

  /** As a judge saw them whose verdicts are in the rows. */
  public static Severities of(Collection<CorpusInput> inputs, Task task, String judge) {
    return of(inputs, input -> input.severity(task, judge));
  }

  /**
   * Of what a judge says of a corpus, whether its verdicts are kept there or not.
   *
   * @param verdicts by the id of the input
   */
  public static Severities of(Corpus corpus, Map<String, Verdict> verdicts) {
    Task task = corpus.header().task();
    return of(
        corpus.inputs(),
        input -> input.severity(task, Optional.ofNullable(verdicts.get(input.id()))));
  }

  private static Severities of(
      Collection<CorpusInput> inputs, Function<CorpusInput, OptionalDouble> severity) {
    Map<Integer, List<Double>> bySeed = new TreeMap<>();
    for (CorpusInput input : inputs) {
      severity
          .apply(input)
          .ifPresent(
              known -> bySeed.computeIfAbsent(input.seed(), s -> new ArrayList<>()).add(known));
    }
    return ofSeeds(bySeed);
  }

  /**
   * Of deviations whose severities are known.
   *
   * @param bySeed severities by the number of the seed, at least one of each
   */
  public static Severities ofSeeds(Map<Integer, List<Double>> bySeed) {
    return new Severities(
        bySeed.values().stream().flatMap(List::stream).toList(),
        bySeed.values().stream().map(Collections::max).toList());
  }

  /** Whether no deviation has a known severity. */
  public boolean isEmpty() {
    return deviations.isEmpty();
  }

  /** Seeds with a deviation at least this severe. */
  public int seedsAtLeast(double level) {
    return (int) seeds.stream().filter(severity -> severity >= level).count();
  }

  /** These in a few numbers; of none at all no quantile is known. */
  public Figures figures() {
    Map<String, Integer> atLeast = new LinkedHashMap<>();
    for (String level : LEVELS) {
      atLeast.put(level, seedsAtLeast(Double.parseDouble(level)));
    }
    return new Figures(
        deviations.size(), quantiles(deviations), seeds.size(), quantiles(seeds), atLeast);
  }

  private static Map<String, Double> quantiles(List<Double> sorted) {
    Map<String, Double> quantiles = new LinkedHashMap<>();
    for (String share : QUANTILES) {
      if (!sorted.isEmpty()) {
        quantiles.put(share, quantile(sorted, Double.parseDouble(share)));
      }
    }
    return quantiles;
  }

  /** The least value that at least this share of the values does not exceed. */
  static double quantile(List<Double> sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  /**
   * Severities in a few numbers.
   *
   * @param deviations how many there are
   * @param quantiles of their severities, by share: "0" the least, "0.5" the median, "1" the most
   * @param seeds that have one
   * @param seedQuantiles of the most severe of each seed, likewise
   * @param seedsAtLeast seeds with a deviation at least so severe, by the severity, least first
   */
  public record Figures(
      int deviations,
      Map<String, Double> quantiles,
      int seeds,
      Map<String, Double> seedQuantiles,
      Map<String, Integer> seedsAtLeast) {
    /** For files and programs. */
    public Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("deviations", deviations);
      json.put("quantiles", quantiles);
      json.put("seeds", seeds);
      json.put("seed_quantiles", seedQuantiles);
      json.put("seeds_at_least", seedsAtLeast);
      return json;
    }
  }
}
