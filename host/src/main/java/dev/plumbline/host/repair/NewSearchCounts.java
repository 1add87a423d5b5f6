package dev.plumbline.host.repair;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a new search from held-out seeds finds of one model, confirmed by the host.
 *
 * @param seeds that it began with
 * @param seedsWithDeviation those that led to a deviation
 * @param byConfidence those that led to one on which the original is at least that sure of its
 *     decision ("0.7", "0.9"), least first; empty where the kind of task has no confidence
 */
public record NewSearchCounts(
    int seeds,
    @JsonProperty("seeds_with_deviation") int seedsWithDeviation,
    @JsonProperty("by_confidence") Map<String, Integer> byConfidence) {
  public NewSearchCounts {
    byConfidence = Collections.unmodifiableMap(new LinkedHashMap<>(byConfidence));
  }

  /** As "deviations from 48 of 50 seeds (>= 0.7: 40, >= 0.9: 12)". */
  public String inWords() {
    String sure =
        byConfidence.entrySet().stream()
            .map(entry -> ">= " + entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "deviations from %d of %d seeds".formatted(seedsWithDeviation, seeds)
        + (sure.isEmpty() ? "" : " (" + sure + ")");
  }

  /**
   * Of the compressed model and of what the repair made of it, from the same seeds.
   *
   * @param before of the compressed model
   * @param after of the model that the repair chose
   */
  public record BeforeAfter(NewSearchCounts before, NewSearchCounts after) {
    /** One sentence for people. */
    public String inWords() {
      StringBuilder text =
          new StringBuilder(
              "new search from %d held-out seeds: deviations from %d before, %d after"
                  .formatted(before.seeds, before.seedsWithDeviation, after.seedsWithDeviation));
      before.byConfidence.forEach(
          (least, count) ->
              text.append("; original confidence >= %s: ".formatted(least))
                  .append(count)
                  .append(" before, ")
                  .append(after.byConfidence.get(least))
                  .append(" after"));
      return text.toString();
    }
  }
}
