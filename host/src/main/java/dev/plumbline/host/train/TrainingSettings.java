package dev.plumbline.host.train;

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
  public TrainingSettings {
    if (epochs < 1 || batch < 2) {
      throw new IllegalArgumentException(epochs + " epochs of batches of " + batch);
    }
    if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException("momentum " + momentum + ", decay " + weightDecay);
    }
  }
}
