package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;

/**
 * How to train: stochastic gradient descent with momentum.
 *
 * @param epochs times that every picture is seen, at least 1
 * @param batch pictures per step, at least 2
 * @param rate learning rate over the training
 * @param momentum 0 to below 1
 * @param weightDecay at least 0
 * @param randomSeed of order and augmentation
 */
public record TrainingSettings(
    int epochs,
    int batch,
    LearningRate rate,
    double momentum,
    double weightDecay,
    long randomSeed) {
  public TrainingSettings {
    if (epochs < 1 || batch < 2 || !(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
      throw new BadInputException(
          "training with "
              + epochs
              + " epochs, batches of "
              + batch
              + ", momentum "
              + momentum
              + " and weight decay "
              + weightDecay
              + ", expected at least 1 epoch, batches of at least 2, a momentum from 0 to below 1"
              + " and a weight decay of at least 0");
    }
  }
}
