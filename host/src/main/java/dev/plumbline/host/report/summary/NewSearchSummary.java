package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a new search finds of the compressed model and of the repaired one, from the same held-out
 * seeds: the repair neither learned nor searched from them, and chose nothing by them. Confirmed by
 * the host.
 *
 * @param seeds that it began with
 * @param seedsWithDeviation those that led to a deviation
 * @param byConfidence those that led to one on which the original is at least that sure of its
 *     decision ("0.7", "0.9"), least first; empty where the kind of task has no confidence
 */
public record NewSearchSummary(
    long seeds,
    @JsonProperty("seeds_with_deviation") BeforeAfter seedsWithDeviation,
    @JsonProperty("by_confidence") Map<String, BeforeAfter> byConfidence) {
  public NewSearchSummary {
    byConfidence = Collections.unmodifiableMap(new LinkedHashMap<>(byConfidence));
    Checks.count("seeds of a new search", seeds);
    byConfidence.keySet().forEach(least -> Checks.named("confidence of a new search", least));
  }

  /** The highest confidence that was searched for; empty where the kind of task has none. */
  public Optional<String> surest() {
    return byConfidence.keySet().stream().reduce((lower, higher) -> higher);
  }
}
