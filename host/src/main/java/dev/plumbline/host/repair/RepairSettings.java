package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.OnnxModel;

/**
 * How a compressed model is fine-tuned.
 *
 * @param recipe what is taught
 * @param epochs over the training data, at least 1
 * @param batch pictures per step, at least 2
 * @param rate learning rate, above 0 and below 1: of {@code compd} in the weights' own numbers and
 *     the same throughout; else in steps of the quantization (of floats, in what such a step
 *     usually is), falling to 0 along a cosine
 * @param corpusShare share of the corpus' pictures in a batch, 0 to below 1; {@code compd} mixes
 *     corpus and training data as they are
 * @param temperature of {@code distill}, above 0
 * @param learnedScales whether the scales of a quantized model are trained too
 * @param randomSeed of the order and augmentation of the pictures
 */
public record RepairSettings(
    RepairRecipe recipe,
    int epochs,
    int batch,
    double rate,
    double corpusShare,
    double temperature,
    boolean learnedScales,
    long randomSeed) {
  /** Chosen by measurement, as docs/repair.md tells. */
  private static final double USUAL_CORPUS_SHARE = 0.5;

  /**
   * Likewise: what was found are few pictures, and to match them alone is to learn them by heart.
   */
  private static final double MATCHED_CORPUS_SHARE = 0.3;

  private static final double QUANTIZED_RATE = 0.03;
  private static final double FLOAT_RATE = 0.5;
  private static final int USUAL_BATCH = 128;

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
    if (!(corpusShare >= 0 && corpusShare < 1) || !(temperature > 0)) {
      throw new BadInputException(
          "repair with a corpus share of "
              + corpusShare
              + " and temperature "
              + temperature
              + ", expected a share from 0 to below 1 and a temperature above 0");
    }
  }

  /** The usual settings of a recipe for a model, a number of epochs and a training rate. */
  public static RepairSettings of(
      RepairRecipe recipe, OnnxModel compressed, int epochs, double trainingRate, long randomSeed) {
    boolean quantized = ModelFacts.of(compressed).format() != ModelFacts.Format.FLOAT;
    double rate =
        recipe == RepairRecipe.COMPD
            ? RepairRecipe.PUBLISHED_SHARE * trainingRate
            : quantized ? QUANTIZED_RATE : FLOAT_RATE;
    boolean match = recipe == RepairRecipe.MATCH;
    double share = match ? MATCHED_CORPUS_SHARE : USUAL_CORPUS_SHARE;
    return new RepairSettings(
        recipe, epochs, USUAL_BATCH, rate, share, 1, match && quantized, randomSeed);
  }

  /**
   * With the scales of a quantized model among what is trained, or without.
   *
   * @param trained whether they are
   */
  public RepairSettings withLearnedScales(boolean trained) {
    return new RepairSettings(
        recipe, epochs, batch, rate, corpusShare, temperature, trained, randomSeed);
  }

  /** With another share of the corpus in a batch. */
  public RepairSettings withCorpusShare(double share) {
    return new RepairSettings(
        recipe, epochs, batch, rate, share, temperature, learnedScales, randomSeed);
  }

  /** With another temperature. */
  public RepairSettings withTemperature(double other) {
    return new RepairSettings(
        recipe, epochs, batch, rate, corpusShare, other, learnedScales, randomSeed);
  }

  /** With another number of pictures per step. */
  public RepairSettings withBatch(int pictures) {
    return new RepairSettings(
        recipe, epochs, pictures, rate, corpusShare, temperature, learnedScales, randomSeed);
  }

  /** The settings of one round of several. */
  RepairSettings ofRound(int round, double rateShare) {
    return new RepairSettings(
        recipe,
        epochs,
        batch,
        rate * rateShare,
        corpusShare,
        temperature,
        learnedScales,
        randomSeed + round - 1);
  }
}
