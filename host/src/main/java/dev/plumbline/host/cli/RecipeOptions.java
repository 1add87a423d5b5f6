package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.train.TrainingMetadata;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a repair fine-tunes. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "match: the original's outputs as they are; logits: the same, most of all near its"
              + " boundary, and a margin for its label; distill: its soft labels; compd: its"
              + " labels, as published (default: logits; with --precision-budget match).")
  private String recipe;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Passes over the data, in each round (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Mixin private BatchOption batch = new BatchOption();

  @Option(
      names = "--corpus-share",
      paramLabel = "FRACTION",
      description =
          "Share of the corpus' pictures in a batch, not of compd (default: 0.3 of match, else"
              + " 0.5).")
  private Double corpusShare;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description = "Of the soft labels of distill (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--learned-scales",
      negatable = true,
      description =
          "Train the scales of a quantized model too, or not (LSQ; default: of match they are"
              + " trained).")
  private Boolean learnedScales;

  /**
   * The settings of a repair.
   *
   * @param original whose training rate counts for some recipes
   * @param usual recipe where none is named
   */
  RepairSettings settings(
      OnnxModel original, OnnxModel compressed, RepairRecipe usual, long randomSeed) {
    RepairSettings settings =
        RepairSettings.of(
                Optional.ofNullable(recipe).map(RepairRecipe::parse).orElse(usual),
                compressed,
                epochs,
                TrainingMetadata.rateOrUsual(original),
                randomSeed)
            .withTemperature(temperature)
            .withBatch(batch.pictures());
    RepairSettings shared =
        Optional.ofNullable(corpusShare).map(settings::withCorpusShare).orElse(settings);
    return Optional.ofNullable(learnedScales).map(shared::withLearnedScales).orElse(shared);
  }

  /**
   * How what is kept of a pruned model learns before the rounds: as in them.
   *
   * @throws BadInputException if the recipe teaches labels alone
   */
  static RepairSettings distilling(RepairSettings settings) {
    if (settings.recipe() == RepairRecipe.COMPD) {
      throw new BadInputException(
          "--prune-budget is given with --recipe compd, expected a recipe that teaches the"
              + " original's outputs");
    }
    return settings;
  }
}
