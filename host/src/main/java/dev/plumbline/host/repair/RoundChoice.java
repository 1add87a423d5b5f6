package dev.plumbline.host.repair;

import dev.plumbline.host.judging.HostJudge;
import java.util.Locale;
import java.util.Optional;

/**
 * Which round's model is the best, and whether another round is worth it.
 *
 * @param ledger of the rounds until now
 * @param bounds what each round is held to
 */
record RoundChoice(RepairLedger ledger, RoundSettings bounds) {
  /**
   * What becomes of the model of the next round.
   *
   * @param host counts on the fixed pictures
   * @param rates on clean pictures
   * @param compared a new search finds less of this model than of the best one (below 0), more
   *     (above 0), or neither (0): then the fixed pictures tell
   */
  RoundOutcome outcome(RepairLedger.RoundCounts host, CleanPictures.Rates rates, int compared) {
    double lost = ledger.start().rates().guarded().lossOf(rates.guarded());
    // Shares of whole pictures: what is allowed must not fail by the last digit.
    if (lost > bounds.maxAccuracyDrop() + 1e-9) {
      return RoundOutcome.ACCURACY_FELL;
    }
    boolean better =
        compared < 0
            || compared == 0 && left(host.corpus(), host.heldout()) < left(corpus(), heldout());
    return better ? RoundOutcome.BEST : RoundOutcome.NO_BETTER;
  }

  /** Why no further round begins, after so many seconds; empty if one does. */
  Optional<String> reasonToStop(double seconds) {
    RepairLedger.StartCounts start = start();
    if (bounds.goal().isPresent()
        && heldout() <= bounds.goal().getAsDouble() * start.heldout()
        && corpus() <= bounds.goal().getAsDouble() * start.corpus()) {
      return Optional.of(
          "the goal is reached: %d of %d deviations are left on the part of the corpus that is"
              + " learned"
              + " from and %d of %d on the seeds set aside"
                  .formatted(corpus(), start.corpus(), heldout(), start.heldout()));
    }
    if (bounds.budget().isPresent() && seconds >= bounds.budget().getAsDouble()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the budget of %.0f seconds is spent after %d rounds",
              bounds.budget().getAsDouble(),
              ledger.rounds().size()));
    }
    int vain = ledger.rounds().size() - ledger.best();
    if (vain >= bounds.patience()) {
      return Optional.of("%d rounds in a row made no better model".formatted(vain));
    }
    return Optional.empty();
  }

  /** Share of the deviations that is left on the corpus, and of those held out, added. */
  private double left(int corpus, int heldout) {
    return (double) corpus / Math.max(1, start().corpus())
        + (double) heldout / Math.max(1, start().heldout());
  }

  private RepairLedger.StartCounts start() {
    return ledger.start().judges().get(HostJudge.ID);
  }

  /** Deviations that the best model leaves on what is learned from. */
  private int corpus() {
    return ledger.best() == 0
        ? start().corpus()
        : ledger.rounds().get(ledger.best() - 1).judges().get(HostJudge.ID).corpus();
  }

  /** Likewise on what is set aside. */
  private int heldout() {
    return ledger.best() == 0
        ? start().heldout()
        : ledger.rounds().get(ledger.best() - 1).judges().get(HostJudge.ID).heldout();
  }

  static String inWords(RepairLedger.Round round) {
    RepairLedger.RoundCounts host = round.judges().get(HostJudge.ID);
    return String.format(
        Locale.ROOT,
        "round %d: %s%d fixed, %d still broken, %d newly broken; learned from: %d left, set aside:"
            + " %d left;"
            + "%s agreement %.2f %%: %s",
        round.round(),
        round.newSearch().map(found -> "new search: " + found.inWords() + "; ").orElse(""),
        host.fixed(),
        host.stillBroken(),
        host.newlyBroken(),
        host.corpus(),
        host.heldout(),
        round.rates().score().map(score -> " " + score + ",").orElse(""),
        100 * round.agreement(),
        switch (round.outcome()) {
          case BEST -> "the best so far";
          case NO_BETTER -> "no better than before";
          case ACCURACY_FELL -> "rolled back, as clean " + round.rates().guarded().lost();
        });
  }
}
