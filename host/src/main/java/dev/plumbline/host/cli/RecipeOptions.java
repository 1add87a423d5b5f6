package dev.plumbline.host.cli;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.train.TrainingMetadata;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a repair fine-tunes. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      defaultValue = "logits",
      paramLabel = "NAME",
      description =
          "logits: the original's logits; distill: its soft labels; compd: its labels, as published"
              + " (default: ${DEFAULT-VALUE}).")
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
      defaultValue = "0.5",
      paramLabel = "FRACTION",
      description =
          "Share of the corpus' pictures in a batch, not of compd (default: ${DEFAULT-VALUE}).")
  private double corpusShare;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description = "Of the soft labels of distill (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--learned-scales",
      description = "Train the scales of a quantized model too (LSQ).")
  private boolean learnedScales;

  /**
   * The settings of a repair.
   *
   * @param original whose training rate counts for some recipes
   */
  RepairSettings settings(OnnxModel original, OnnxModel compressed, long randomSeed) {
    RepairSettings settings =
        RepairSettings.of(
                RepairRecipe.parse(recipe),
                compressed,
                epochs,
                TrainingMetadata.rateOrUsual(original),
                randomSeed)
            .with(corpusShare, temperature)
            .withBatch(batch.pictures());
    return learnedScales ? settings.withLearnedScales() : settings;
  }
}
