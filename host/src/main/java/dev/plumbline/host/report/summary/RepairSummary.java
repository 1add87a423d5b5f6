package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * Deviations before and after the repair, counted by one judge. The corpus has two parts: pictures
 * of the seeds that the repair learned from, and pictures of the seeds that it set aside to choose
 * among its rounds. The held-out corpus comes from a second search; the repair never saw it.
 *
 * @param corpusBefore on the whole corpus, compressed model
 * @param corpusAfter on the whole corpus, repaired model
 * @param heldoutBefore on the held-out corpus, compressed model
 * @param heldoutAfter on the held-out corpus, repaired model
 * @param judge id of the judge that counted
 * @param rounds of search and repair, in their order; empty if there was but one fine-tuning
 * @param learned on the part of the corpus that the repair learned from; empty where not counted
 * @param setAside on the part that it set aside; empty where it set none aside, or none is counted
 */
public record RepairSummary(
    @JsonProperty("corpus_before") long corpusBefore,
    @JsonProperty("corpus_after") long corpusAfter,
    @JsonProperty("heldout_before") long heldoutBefore,
    @JsonProperty("heldout_after") long heldoutAfter,
    @JsonProperty("judge") String judge,
    @JsonProperty("rounds") List<RepairRoundSummary> rounds,
    @JsonProperty("learned") Optional<BeforeAfter> learned,
    @JsonProperty("set_aside") Optional<BeforeAfter> setAside) {
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
    this(
        corpusBefore,
        corpusAfter,
        heldoutBefore,
        heldoutAfter,
        judge,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  public BeforeAfter corpus() {
    return new BeforeAfter(corpusBefore, corpusAfter);
  }

  public BeforeAfter heldout() {
    return new BeforeAfter(heldoutBefore, heldoutAfter);
  }
}
