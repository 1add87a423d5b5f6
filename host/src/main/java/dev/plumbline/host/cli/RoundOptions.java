package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.FreshSearch;
import dev.plumbline.host.dataset.DataDigest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.repair.HeldoutSeeds;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RoundSettings;
import dev.plumbline.host.repair.TrainingSplit;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Rounds of search and repair, and what each is held to. */
final class RoundOptions {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Rounds of search and repair; 0 repairs once with the corpus alone (default: 3, of the"
              + " recipe compd 0).")
  private Integer rounds;

  @Option(
      names = "--goal",
      paramLabel = "FRACTION",
      description =
          "No further round once at most this share of the deviations is left, on the pictures that"
              + " the repair learns from and on the seeds set aside (default: none).")
  private Double goal;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      description = "No further round after this time (default: no bound).")
  private Double budget;

  @Option(
      names = "--max-accuracy-drop",
      defaultValue = "0.2",
      paramLabel = "POINTS",
      description =
          "A round that loses more percentage points of clean accuracy is rolled back (default:"
              + " ${DEFAULT-VALUE}).")
  private double maxAccuracyDrop;

  @Option(
      names = "--training-seeds",
      paramLabel = "N",
      description =
          "Pictures of --data that each round searches from beside the corpus' seeds, others in"
              + " each round (default: twice as many as these).")
  private Integer trainingSeeds;

  @Option(
      names = "--attack-seeds",
      paramLabel = "N",
      description =
          "Clean pictures that a new search begins with, against the compressed model and against"
              + " the model of each round: N to compare the rounds by, and N others for the figures"
              + " before and after; 0 for no new search (default: "
              + RoundSettings.USUAL_ATTACK_SEEDS
              + ", at most half of the clean pictures).")
  private int attackSeeds = RoundSettings.USUAL_ATTACK_SEEDS;

  @Option(
      names = "--precision-budget",
      paramLabel = "SHARE",
      description =
          "Choose the graph first: of the compressed model with its first layers in float, or"
              + " activations of 16 bits, the one with the fewest deviations of a new search that"
              + " takes at most so much more time on the host, such as 10%% (default: the graph"
              + " stays as it is).")
  private String precisionBudget;

  @Option(
      names = "--prune-budget",
      paramLabel = "SHARE",
      description =
          "Of a pruned model, choose first which weights are 0: keep those that the original's"
              + " outputs need most, as many as the pruned model has and at most so many more, such"
              + " as 0%% or 50%% (default: zeros stay where they are).")
  private String pruneBudget;

  @Option(
      names = "--heldout",
      paramLabel = "CORPUS",
      description =
          "A corpus of the same models from other seeds, to choose the best round by (default: a"
              + " fifth of the corpus' seeds is set aside for that).")
  private Path heldout;

  @Option(
      names = "--clean",
      paramLabel = "PATH",
      description =
          "Clean pictures to guard the accuracy on (default: the last fifth of --data, at most"
              + " 2,000, which the repair then does not learn from).")
  private Path clean;

  @Option(names = "--clean-split", paramLabel = "train|test", description = "Which split of them.")
  private String cleanSplit;

  @Option(names = "--clean-range", paramLabel = "FROM:TO", description = "Which of them.")
  private String cleanRange;

  RepairRecipe usualRecipe() {
    return precisionBudget().isPresent() ? RepairRecipe.USUAL_OF_CHOSEN_GRAPH : RepairRecipe.USUAL;
  }

  int rounds(RepairRecipe recipe) {
    return rounds != null ? rounds : recipe.usualRounds();
  }

  /**
   * @param count at least 1
   */
  RoundSettings settings(int count) {
    return new RoundSettings(
        count,
        goal == null ? OptionalDouble.empty() : OptionalDouble.of(goal),
        budget == null ? OptionalDouble.empty() : OptionalDouble.of(budget),
        maxAccuracyDrop,
        RoundSettings.USUAL_HELDOUT_SHARE,
        trainingSeeds == null ? OptionalInt.empty() : OptionalInt.of(trainingSeeds),
        RoundSettings.USUAL_PATIENCE);
  }

  /**
   * A new search from clean pictures, if one is asked for.
   *
   * @param search of the rounds
   */
  Optional<NewSearch> newSearch(FreshSearch search, Dataset clean) {
    return attackSeeds == 0
        ? Optional.empty()
        : search.against(HeldoutSeeds.of(clean, attackSeeds));
  }

  /** How much more time a graph of higher precision may take, as a share; empty for none. */
  OptionalDouble precisionBudget() {
    return precisionBudget == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(ShareOption.parseIncrease("--precision-budget", precisionBudget));
  }

  /** How many more weights that are not 0 a pruned model may have, as a share; empty for none. */
  OptionalDouble pruneBudget() {
    return pruneBudget == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(ShareOption.parseIncrease("--prune-budget", pruneBudget));
  }

  /**
   * @throws BadInputException if an option is out of its range
   */
  void requireSound(int count) {
    if (count < 0) {
      throw new BadInputException("--rounds is " + count + ", expected at least 0");
    }
    RoundSettings.requireAttackSeeds("--attack-seeds", attackSeeds);
    if (precisionBudget().isPresent() && pruneBudget().isPresent()) {
      throw new BadInputException(
          "--precision-budget and --prune-budget are given, expected one of them, as the first is"
              + " for models of integers and the second for pruned ones");
    }
    if (precisionBudget().isPresent()) {
      requireSearched("--precision-budget", "the graph", count);
    }
    if (pruneBudget().isPresent()) {
      requireSearched("--prune-budget", "the zeros", count);
    }
  }

  private void requireSearched(String option, String chosen, int count) {
    if (count == 0 || attackSeeds == 0) {
      throw new BadInputException(
          option
              + " is given with "
              + (count == 0 ? "--rounds" : "--attack-seeds")
              + " 0, expected at least 1, as a new search chooses "
              + chosen);
    }
  }

  Optional<Path> heldout() {
    return Optional.ofNullable(heldout);
  }

  /** What to learn from and what to keep clean. */
  TrainingSplit split(DataOptions options, Dataset data, Geometry geometry) {
    return clean == null
        ? TrainingSplit.of(data)
        : new TrainingSplit(data, options.open(clean, cleanSplit, cleanRange, geometry));
  }

  /** Whether the user says which pictures to keep clean. */
  boolean namesCleanPictures() {
    return clean != null;
  }

  /** As {@link DataOptions#digest}, of the clean pictures where they are others than the data. */
  String cleanDigest() {
    return clean == null
        ? ""
        : " clean "
            + DataDigest.of(clean)
            + (cleanSplit == null ? "" : " " + cleanSplit)
            + (cleanRange == null ? "" : " " + cleanRange);
  }
}
