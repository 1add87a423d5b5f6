package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.PrecisionSuggestion;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.repair.RoundSettings;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** How {@code quantize --suggest precision} chooses. */
final class PrecisionOptions {
  private static final String MAX_LATENCY_INCREASE = "--max-latency-increase";
  private static final String ATTACK_SEEDS = "--attack-seeds";
  private static final String EPSILON = "--epsilon";

  @Option(
      names = MAX_LATENCY_INCREASE,
      paramLabel = "SHARE",
      description =
          "With --suggest precision: take the model with the fewest deviations of those that take"
              + " at most so much more time than all layers in integers, such as 10%% (default: the"
              + " knee between deviations and time).")
  private String increase;

  @Option(
      names = ATTACK_SEEDS,
      paramLabel = "N",
      description =
          "With --suggest precision: pictures that the new search against each model begins with,"
              + " and as many others that the chosen one is measured on (default: "
              + RoundSettings.USUAL_ATTACK_SEEDS
              + ").")
  private Integer attackSeeds;

  @Option(
      names = EPSILON,
      paramLabel = "N|N/255",
      description =
          "With --suggest precision: how far the new search may change a pixel (default: 8).")
  private Epsilon epsilon;

  /** Refuses these options where there is nothing to choose. */
  void requireNone() {
    String given =
        increase != null
            ? MAX_LATENCY_INCREASE
            : attackSeeds != null ? ATTACK_SEEDS : epsilon != null ? EPSILON : null;
    if (given != null) {
      throw new BadInputException(given + " is given, expected --suggest precision with it");
    }
  }

  PrecisionSuggestion.Asked asked(long randomSeed) {
    int seeds = attackSeeds == null ? RoundSettings.USUAL_ATTACK_SEEDS : attackSeeds;
    if (seeds < 1) {
      throw new BadInputException(ATTACK_SEEDS + " is " + seeds + ", expected at least 1");
    }
    return new PrecisionSuggestion.Asked(
        increase == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(ShareOption.parseIncrease(MAX_LATENCY_INCREASE, increase)),
        seeds,
        SearchSettings.usual(SearchAlgorithms.USUAL, Optional.ofNullable(epsilon)),
        randomSeed);
  }
}
