package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a search goes.
 *
 * @param steps mutations of each seed, at least 1; 10 as published
 * @param rate of gradient descent on the normalised input, above 0; 0.9 as published
 * @param clip the most that one step changes a normalised input, by channel of the pictures (RGB);
 *     as published the variance of the training pixels on the [0,1] range, taken as it is. Of a
 *     model that takes 0 to 255 it is the most that a step changes a pixel on the [0,1] range
 * @param coverageWeight weight of a neuron's pre-activation in the loss, at least 0; 20 as
 *     published
 * @param epsilon the most that a pixel may differ from the seed's, on the [0,1] range, above 0 and
 *     at most 1; of {@code boundary}, as the published algorithms have no such bound
 * @param minConfidence softmax of the original at its label that {@code boundary} asks of a
 *     deviation, 0 to below 1; 0 asks for none
 * @param batch seeds that walk together, at least 1; empty for as many as memory has room for, on a
 *     CPU 64 at most
 * @param randomSeed the same one gives the same mutated pictures
 */
public record SearchSettings(
    int steps,
    double rate,
    List<Float> clip,
    double coverageWeight,
    double epsilon,
    double minConfidence,
    OptionalInt batch,
    long randomSeed) {
  /** The usual radius of the ball around a seed: 8 of 255. */
  public static final double USUAL_EPSILON = 8.0 / 255;

  /** Steps, rate and weight as published. */
  public static final int PUBLISHED_STEPS = 10;

  public static final double PUBLISHED_RATE = 0.9;
  public static final double PUBLISHED_COVERAGE_WEIGHT = 20;

  /** Without a wish for confidence, and in batches of the usual size. */
  public SearchSettings(
      int steps,
      double rate,
      List<Float> clip,
      double coverageWeight,
      double epsilon,
      long randomSeed) {
    this(steps, rate, clip, coverageWeight, epsilon, 0, OptionalInt.empty(), randomSeed);
  }

  /** These, with so many seeds that walk together. */
  public SearchSettings withBatch(int seeds) {
    return new SearchSettings(
        steps,
        rate,
        clip,
        coverageWeight,
        epsilon,
        minConfidence,
        OptionalInt.of(seeds),
        randomSeed);
  }

  /** These, asking for deviations on which the original is at least that sure. */
  public SearchSettings withMinConfidence(double confidence) {
    return new SearchSettings(
        steps, rate, clip, coverageWeight, epsilon, confidence, batch, randomSeed);
  }

  /**
   * @throws BadInputException if a number is out of its range
   */
  public SearchSettings {
    clip = List.copyOf(clip);
    require(steps >= 1, "steps", steps, "at least 1");
    require(rate > 0 && Double.isFinite(rate), "rate", rate, "above 0");
    require(
        coverageWeight >= 0 && Double.isFinite(coverageWeight),
        "coverage weight",
        coverageWeight,
        "at least 0");
    require(epsilon > 0 && epsilon <= 1, "epsilon", epsilon, "above 0 and at most 1");
    require(
        minConfidence >= 0 && minConfidence < 1,
        "least confidence",
        minConfidence,
        "at least 0 and below 1");
    batch.ifPresent(seeds -> require(seeds >= 1, "batch", seeds, "at least 1"));
    require(!clip.isEmpty(), "clip", clip, "a number for each channel");
    for (float bound : clip) {
      require(bound > 0 && Float.isFinite(bound), "clip", bound, "above 0");
    }
  }

  private static void require(boolean holds, String what, Object found, String expected) {
    if (!holds) {
      throw new BadInputException(
          "the search's " + what + " is " + found + ", expected " + expected);
    }
  }
}
