package dev.plumbline.host.repair;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.plumbline.host.score.Measure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of each round of a repair.
 *
 * @param format version of the file
 * @param key everything that the rounds depend on
 * @param start the compressed model before any round
 * @param rounds in their order
 * @param newSearch what a new search finds of the compressed model and of the best one, from seeds
 *     that no choice was made by; empty where there is none, and until all rounds are done
 * @param graph what was chosen in the place of the compressed model, which is the model before any
 *     round then; empty where nothing was chosen
 * @param zeros which weights of a pruned model were chosen to differ from 0, likewise
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RepairLedger(
    int format,
    RepairKey key,
    Start start,
    List<Round> rounds,
    Optional<NewSearchCounts.BeforeAfter> newSearch,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<GraphChoice> graph,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<ZerosChoice> zeros) {
  /** Format 1 has the key as one text; formats 1 and 2 know no new search. */
  static final int FORMAT = 3;

  public RepairLedger {
    rounds = List.copyOf(rounds);
  }

  /**
   * The compressed model before any round.
   *
   * @param judges by id
   * @param accuracy on clean pictures, 0 to 1; empty where their labels are not known, or the task
   *     has another score
   * @param score on clean pictures of a task with another one; empty where nobody noted what is
   *     right
   * @param agreement with the original on clean pictures, 0 to 1
   * @param newSearch what a new search finds from the held-out seeds that rounds are compared by;
   *     empty where there is none
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Start(
      Map<String, StartCounts> judges,
      OptionalDouble accuracy,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Measure> score,
      double agreement,
      Optional<NewSearchCounts> newSearch) {
    public Start {
      judges = Collections.unmodifiableMap(new LinkedHashMap<>(judges));
    }

    static Start of(
        Map<String, StartCounts> judges,
        CleanPictures.Rates rates,
        Optional<NewSearchCounts> newSearch) {
      return new Start(judges, rates.accuracy(), rates.otherScore(), rates.agreement(), newSearch);
    }

    CleanPictures.Rates rates() {
      return CleanPictures.Rates.of(accuracy, score, agreement);
    }
  }

  /**
   * Deviations that a judge sees before any round.
   *
   * @param corpus on the pictures of the corpus that the repair learns from
   * @param heldout on those that it does not
   */
  public record StartCounts(int corpus, int heldout) {}

  /**
   * One round.
   *
   * @param round from 1
   * @param model path of what it made, beside the ledger
   * @param sha256 of that model
   * @param from the round whose model it began with; 0 for the compressed model
   * @param rate learning rate
   * @param searched seeds that the round's search began with; 0 if it did not search
   * @param effective pictures that the search found
   * @param pool pictures that the round learned from
   * @param judges by id; a device that was lost is missing
   * @param accuracy as in {@link Start}
   * @param score likewise
   * @param agreement likewise
   * @param newSearch likewise
   * @param outcome what became of the model
   * @param seconds wall-clock time of the round
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Round(
      int round,
      String model,
      String sha256,
      int from,
      double rate,
      int searched,
      int effective,
      int pool,
      Map<String, RoundCounts> judges,
      OptionalDouble accuracy,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Measure> score,
      double agreement,
      Optional<NewSearchCounts> newSearch,
      RoundOutcome outcome,
      double seconds) {
    public Round {
      judges = Collections.unmodifiableMap(new LinkedHashMap<>(judges));
    }

    CleanPictures.Rates rates() {
      return CleanPictures.Rates.of(accuracy, score, agreement);
    }
  }

  /**
   * What a judge says of the pool of a round, before it (the model that it began with) and after.
   *
   * @param fixed deviations before and none after
   * @param stillBroken deviations before and after
   * @param newlyBroken deviations after only
   * @param corpus deviations after on the pictures of the corpus that the repair began with
   * @param heldout deviations after on pictures that the repair does not learn from
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record RoundCounts(int fixed, int stillBroken, int newlyBroken, int corpus, int heldout) {}

  /** The round whose model is the best; 0 if that is the compressed model. */
  public int best() {
    int best = 0;
    for (Round round : rounds) {
      if (round.outcome() == RoundOutcome.BEST) {
        best = round.round();
      }
    }
    return best;
  }

  /** Why no round's model may be kept, in one sentence; empty if one is. */
  public Optional<String> unmet() {
    if (best() > 0 || rounds.isEmpty()) {
      return Optional.empty();
    }
    Measure before = start.rates().guarded();
    Optional<Round> nearest =
        rounds.stream()
            .filter(r -> r.outcome() == RoundOutcome.ACCURACY_FELL)
            .min(Comparator.comparingDouble(r -> before.lossOf(r.rates().guarded())));
    return nearest.map(
        round ->
            String.format(
                Locale.ROOT,
                "no round kept the clean %s within the largest drop: %s before and %s at best, in"
                    + " %s; the compressed model is left as it was",
                before.name(),
                before.figure(),
                round.rates().guarded().figure(),
                round.model()));
  }

  /** A ledger that was read, as this program writes it. */
  RepairLedger ofThisFormat() {
    return new RepairLedger(FORMAT, key, start, rounds, newSearch, graph, zeros);
  }

  RepairLedger withNewSearch(NewSearchCounts.BeforeAfter counts) {
    return new RepairLedger(format, key, start, rounds, Optional.of(counts), graph, zeros);
  }

  RepairLedger with(Round round) {
    List<Round> all = new ArrayList<>(rounds);
    all.add(round);
    return new RepairLedger(format, key, start, all, Optional.empty(), graph, zeros);
  }
}
