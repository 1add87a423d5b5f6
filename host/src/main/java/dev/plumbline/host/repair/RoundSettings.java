package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How many rounds of search and repair, and what each is held to.
 *
 * @param rounds at most, at least 1
 * @param goal share of the deviations, on the corpus and of those held out, that may be left, 0 to
 *     1: once reached, no further round begins; empty for none
 * @param budget seconds after which no further round begins, above 0; empty for no bound
 * @param maxAccuracyDrop percentage points of clean accuracy, at least 0: a round that loses more
 *     against the compressed model is rolled back
 * @param heldoutShare share of the corpus' seeds that the repair does not learn from, above 0 and
 *     below 1, where no corpus of its own is held out
 * @param trainingSeeds training pictures that each round searches from too, others in each round,
 *     at least 0; empty for twice as many as the corpus has seeds to learn from
 * @param patience rounds in a row without a better model, at least 1, after which no further begins
 */
public record RoundSettings(
    int rounds,
    OptionalDouble goal,
    OptionalDouble budget,
    double maxAccuracyDrop,
    double heldoutShare,
    OptionalInt trainingSeeds,
    int patience) {
  public static final double USUAL_MAX_ACCURACY_DROP = 0.2;
  public static final double USUAL_HELDOUT_SHARE = 0.2;

  /** Training pictures for each seed of the corpus. */
  static final int USUAL_TRAINING_SEEDS = 2;

  /** Held-out seeds of a new search, of each kind. */
  public static final int USUAL_ATTACK_SEEDS = 50;

  public static final int USUAL_PATIENCE = 2;
  public static final int USUAL_ROUNDS = 3;

  /**
   * @throws BadInputException if a number is outside its range
   */
  public RoundSettings {
    require(rounds >= 1, "rounds", rounds, "at least 1");
    if (goal.isPresent()) {
      double share = goal.getAsDouble();
      require(share >= 0 && share <= 1, "goal", share, "a share from 0 to 1");
    }
    if (budget.isPresent()) {
      require(budget.getAsDouble() > 0, "budget", budget.getAsDouble(), "seconds above 0");
    }
    require(
        maxAccuracyDrop >= 0 && maxAccuracyDrop <= 100,
        "largest drop of accuracy",
        maxAccuracyDrop,
        "percentage points from 0 to 100");
    require(
        heldoutShare > 0 && heldoutShare < 1,
        "held-out share",
        heldoutShare,
        "above 0 and below 1");
    trainingSeeds.ifPresent(
        seeds -> require(seeds >= 0, "number of training seeds", seeds, "at least 0"));
    require(patience >= 1, "patience", patience, "at least 1 round");
  }

  /**
   * Refuses a number of held-out seeds of which there can be none.
   *
   * @param name what the user calls it: an option, a key
   * @param seeds 0 for no new search
   * @return the number
   */
  public static int requireAttackSeeds(String name, int seeds) {
    if (seeds < 0) {
      throw new BadInputException(name + " is " + seeds + ", expected at least 0");
    }
    return seeds;
  }

  private static void require(boolean holds, String what, Object found, String expected) {
    if (!holds) {
      throw new BadInputException(
          "the repair's " + what + " is " + found + ", expected " + expected);
    }
  }

  /** A number of rounds, all else as usual. */
  public static RoundSettings of(int rounds) {
    return new RoundSettings(
        rounds,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        USUAL_MAX_ACCURACY_DROP,
        USUAL_HELDOUT_SHARE,
        OptionalInt.empty(),
        USUAL_PATIENCE);
  }
}
