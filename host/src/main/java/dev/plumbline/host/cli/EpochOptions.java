package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a verb that makes a model trains it. */
final class EpochOptions {
  @Option(
      names = "--epochs",
      required = true,
      paramLabel = "N",
      description = "Passes over the data.")
  private int epochs;

  @Mixin private BatchOption batch;

  /**
   * Settings of a training that long.
   *
   * @throws BadInputException if there is nothing to train
   */
  TrainingSettings settings(LearningRate schedule, long randomSeed) {
    return TrainingOptions.of(epochs, batch.pictures(), schedule, randomSeed);
  }
}
