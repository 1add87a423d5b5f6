package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;

/**
 * How a compressed model is fine-tuned.
 *
 * @param recipe what is taught
 * @param epochs over corpus and training data, at least 1
 * @param batch pictures per step
 * @param rate learning rate, the same throughout
 * @param momentum of SGD
 * @param weightDecay of SGD
 * @param randomSeed of the order and augmentation of the pictures
 */
public record RepairSettings(
    RepairRecipe recipe,
    int epochs,
    int batch,
    double rate,
    double momentum,
    double weightDecay,
    long randomSeed) {
  /** What the originals of the paper were trained with. */
  public static final double USUAL_TRAINING_RATE = 0.1;

  public RepairSettings {
    if (epochs < 1 || batch < 2 || !(rate > 0) || !(rate < 1)) {
      throw new BadInputException(
          "repair with "
              + epochs
              + " epochs, batches of "
              + batch
              + " and rate "
              + rate
              + ", expected at least 1 epoch, batches of at least 2 and a rate above 0 and below"
              + " 1");
    }
  }

  /** The settings of a recipe for a model, a number of epochs and a training rate. */
  public static RepairSettings of(
      RepairRecipe recipe, OnnxModel compressed, int epochs, double trainingRate, long randomSeed) {
    return new RepairSettings(
        recipe,
        epochs,
        128,
        recipe.shareOfTrainingRate(compressed) * trainingRate,
        0.9,
        5e-4,
        randomSeed);
  }
}
