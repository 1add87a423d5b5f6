package dev.plumbline.host.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Deviations before and after the repair, counted by one judge.
 *
 * @param corpusBefore on the corpus that the repair learned from, compressed model
 * @param corpusAfter on the same corpus, repaired model
 * @param heldoutBefore on a second corpus whose seeds took no part in the repair, compressed model
 * @param heldoutAfter on that second corpus, repaired model
 * @param judge id of the judge that counted
 * @param rounds of search and repair, in their order; empty if there was but one fine-tuning
 */
public record RepairSummary(
    @JsonProperty("corpus_before") long corpusBefore,
    @JsonProperty("corpus_after") long corpusAfter,
    @JsonProperty("heldout_before") long heldoutBefore,
    @JsonProperty("heldout_after") long heldoutAfter,
    @JsonProperty("judge") String judge,
    @JsonProperty("rounds") List<RepairRoundSummary> rounds) {
  public RepairSummary {
    rounds = List.copyOf(rounds);
    Checks.count("corpus_before", corpusBefore);
    Checks.count("corpus_after", corpusAfter);
    Checks.count("heldout_before", heldoutBefore);
    Checks.count("heldout_after", heldoutAfter);
    Checks.named("judge of the repair", judge);
  }

  /** A repair without rounds. */
  public RepairSummary(
      long corpusBefore, long corpusAfter, long heldoutBefore, long heldoutAfter, String judge) {
    this(corpusBefore, corpusAfter, heldoutBefore, heldoutAfter, judge, List.of());
  }
}
