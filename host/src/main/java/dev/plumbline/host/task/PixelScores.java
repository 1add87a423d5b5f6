package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;

/**
 * The scores of a mask's pixels on the host, by class. They are read plane by plane, as most models
 * put them out.
 *
 * @param output says how the row is read
 * @param row of a model; finite
 * @param pixels of the mask
 */
record PixelScores(MaskOutput output, float[] row, int pixels) {
  /** Adds nothing to a float32 sum of exponentials. */
  private static final float FAR_BELOW = -30;

  static PixelScores of(MaskOutput output, float[] row) {
    return new PixelScores(output, row, output.pixels(row.length));
  }

  /** Of a class, with the threshold for the background of a single class. */
  private float score(int number, int pixel) {
    return switch (output.form()) {
      case FOREGROUND -> number == 1 ? row[pixel] : output.leastLogOdds();
      case SCORES, LABELS -> row[output.place(number, pixel, pixels)];
    };
  }

  /** The class of each pixel. */
  int[] classes() {
    int[] classes = new int[pixels];
    if (output.form() == MaskOutput.Form.LABELS) {
      for (int i = 0; i < pixels; i++) {
        classes[i] = label(row[i]);
      }
      return classes;
    }
    // The other class than one that none has.
    int[] none = new int[pixels];
    Arrays.fill(none, Mask.IGNORED);
    return others(none);
  }

  private int label(float number) {
    int label = Math.round(number);
    int most = output.classes() == 0 ? Mask.IGNORED : output.classes();
    if (label < 0 || label >= most || label != number) {
      throw new BadInputException(
          "the model gives " + number + " as the class of a pixel, expected 0 to " + (most - 1));
    }
    return label;
  }

  /** The first of the largest scores of each pixel, other than that of a class. */
  int[] others(int[] than) {
    int[] largest = new int[pixels];
    float[] best = new float[pixels];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    for (int c = 0; c < output.classes(); c++) {
      for (int i = 0; i < pixels; i++) {
        float score = score(c, i);
        if (c != than[i] && score > best[i]) {
          best[i] = score;
          largest[i] = c;
        }
      }
    }
    return largest;
  }

  /**
   * How far the score of each pixel's expected class is above that of another, below 0 also where
   * both are equal and the other comes first; 0 where it is ignored.
   */
  float[] ahead(int[] expected, int[] other) {
    float[] ahead = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      if (expected[i] != Mask.IGNORED) {
        float by = score(expected[i], i) - score(other[i], i);
        ahead[i] = by == 0 && other[i] < expected[i] ? -MaskMargins.TIE : by;
      }
    }
    return ahead;
  }

  /** As {@link Mask#confidence}. */
  float confidence(int[] decided) {
    if (output.form() == MaskOutput.Form.LABELS) {
      return 1;
    }
    double[] sums = new double[output.classes()];
    long[] counts = new long[output.classes()];
    double[] probability = probabilities(decided);
    for (int i = 0; i < pixels; i++) {
      sums[decided[i]] += probability[i];
      counts[decided[i]]++;
    }
    double sum = 0;
    int there = 0;
    for (int c = 0; c < sums.length; c++) {
      if (counts[c] > 0) {
        sum += sums[c] / counts[c];
        there++;
      }
    }
    return (float) Math.min(1, sum / there);
  }

  private double[] probabilities(int[] decided) {
    double[] parts = new double[pixels];
    for (int c = 0; c < output.classes(); c++) {
      for (int i = 0; i < pixels; i++) {
        float above = logit(c, i) - logit(decided[i], i);
        parts[i] += above < FAR_BELOW ? 0 : Math.exp(above);
      }
    }
    for (int i = 0; i < pixels; i++) {
      parts[i] = 1 / parts[i];
    }
    return parts;
  }

  private float logit(int number, int pixel) {
    return output.form() == MaskOutput.Form.FOREGROUND && number == 0 ? 0 : score(number, pixel);
  }
}
