package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;

/**
 * How to train.
 *
 * @param epochs passes over all data, at least 1
 * @param batch most pictures in a step, at least 2: normalisation by the batch needs more than one
 * @param rate of learning
 * @param momentum share of the last step that the next one keeps, 0 to below 1
 * @param weightDecay factor of the weights that joins their gradient, at least 0
 * @param randomSeed of the order of the pictures and of their augmentation
 */
public record TrainingSettings(
    int epochs,
    int batch,
    LearningRate rate,
    double momentum,
    double weightDecay,
    long randomSeed) {
  /**
   * @throws BadInputException if a number is outside its range
   */
  public TrainingSettings {
    if (epochs < 1 || batch < 2) {
      throw new BadInputException(
          "training has "
              + epochs
              + " epochs and batches of "
              + batch
              + ", expected at least 1 epoch and batches of at least 2");
    }
    if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
      throw new BadInputException(
          "training has momentum "
              + momentum
              + " and weight decay "
              + weightDecay
              + ", expected a momentum from 0 to below 1 and a decay from 0");
    }
  }
}
