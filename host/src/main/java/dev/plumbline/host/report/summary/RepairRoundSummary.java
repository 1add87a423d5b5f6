package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one judge says of one round of search and repair.
 *
 * @param round from 1
 * @param judge id of the judge that counted
 * @param fixed deviations before the round and none after, on the pictures it learned from
 * @param stillBroken deviations before and after
 * @param newlyBroken deviations after only
 * @param corpus deviations left on the part of the corpus that the repair learns from
 * @param setAside deviations left on the seeds that it sets aside; files before had it as heldout
 * @param accuracy on clean pictures kept aside, 0 to 1; empty where labels are not known, and for
 *     tasks with another score
 * @param score on them of such tasks; empty where nobody noted what is right
 * @param agreement with the original on them, 0 to 1
 * @param kept whether the round's model was the best so far
 * @param corpusBefore as corpus, of the compressed model before any round; empty in older files
 * @param setAsideBefore as setAside, likewise
 * @param newSearch deviating seeds of the new search that rounds are compared by; empty of other
 *     judges than the host, and where there was no such search
 */
public record RepairRoundSummary(
    int round,
    String judge,
    long fixed,
    @JsonProperty("still_broken") long stillBroken,
    @JsonProperty("newly_broken") long newlyBroken,
    long corpus,
    @JsonProperty("set_aside") @JsonAlias("heldout") long setAside,
    OptionalDouble accuracy,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalDouble score,
    double agreement,
    boolean kept,
    @JsonProperty("corpus_before") OptionalLong corpusBefore,
    @JsonProperty("set_aside_before") OptionalLong setAsideBefore,
    @JsonProperty("new_search") Optional<NewSearch> newSearch) {
  /**
   * What a new search finds of a round's model.
   *
   * @param seeds that it began with
   * @param seedsWithDeviation those that led to a deviation
   * @param byConfidence as in {@link NewSearchSummary}
   */
  public record NewSearch(
      long seeds,
      @JsonProperty("seeds_with_deviation") long seedsWithDeviation,
      @JsonProperty("by_confidence") Map<String, Integer> byConfidence) {
    public NewSearch {
      byConfidence = Collections.unmodifiableMap(new LinkedHashMap<>(byConfidence));
    }

    /** As "48 of 50; \u2265 0.7: 40; \u2265 0.9: 12". */
    public String inWords() {
      StringBuilder words =
          new StringBuilder(Figures.count(seedsWithDeviation) + " of " + Figures.count(seeds));
      byConfidence.forEach(
          (least, count) ->
              words.append("; \u2265 ").append(least).append(": ").append(Figures.count(count)));
      return words.toString();
    }
  }

  public RepairRoundSummary {
    Checks.named("judge of a round", judge);
    Checks.count("fixed", fixed);
    Checks.count("still_broken", stillBroken);
    Checks.count("newly_broken", newlyBroken);
    Checks.count("corpus", corpus);
    Checks.count("set_aside", setAside);
    Checks.share("accuracy", accuracy);
    Checks.share("agreement", agreement);
  }

  /** The score of the task's field, accuracy or another one. */
  public OptionalDouble cleanScore() {
    return score.isPresent() ? score : accuracy;
  }
}
