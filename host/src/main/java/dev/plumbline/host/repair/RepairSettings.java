package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;

/**
 * How a compressed model is fine-tuned.
 *
 * @param epochs over corpus and training data, at least 1
 * @param batch pictures per step
 * @param rate learning rate, the same throughout; COMPD takes 0.01 x the training rate
 * @param momentum of SGD
 * @param weightDecay of SGD
 * @param randomSeed of the order and augmentation of the pictures
 */
public record RepairSettings(
    int epochs, int batch, double rate, double momentum, double weightDecay, long randomSeed) {
  /** Share of the training rate that a repair goes on with. */
  public static final double SHARE_OF_TRAINING_RATE = 0.01;

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

  /** The settings of COMPD for a number of epochs and a training rate. */
  public static RepairSettings compd(int epochs, double trainingRate, long randomSeed) {
    return new RepairSettings(
        epochs, 128, SHARE_OF_TRAINING_RATE * trainingRate, 0.9, 5e-4, randomSeed);
  }
}
