package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;

/**
 * What a model says of a batch.
 *
 * @param labels by picture; the first of the largest logits
 * @param confidences softmax at the label, by picture
 * @param classes how many labels the model knows
 * @param logits by picture, then class
 */
record Predictions(int[] labels, float[] confidences, int classes, float[] logits) {

  /**
   * @param values logits by picture, then class
   * @param model what to call the model in a message
   * @throws BadInputException if a logit is not finite
   */
  static Predictions of(float[] values, int classes, String model) {
    int rows = values.length / classes;
    int[] labels = new int[rows];
    float[] confidences = new float[rows];
    for (int row = 0; row < rows; row++) {
      int from = row * classes;
      Logits.requireFinite("model " + model, values, from, classes);
      int best = 0;
      for (int c = 0; c < classes; c++) {
        if (values[from + c] > values[from + best]) {
          best = c;
        }
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp((double) values[from + c] - values[from + best]);
      }
      labels[row] = best;
      confidences[row] = (float) (1 / sum);
    }
    return new Predictions(labels, confidences, classes, values);
  }

  /** The logit of a label less the largest other one: below zero where the model gives another. */
  double margin(int row, int label) {
    int from = row * classes;
    float other = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      if (c != label) {
        other = Math.max(other, logits[from + c]);
      }
    }
    return logits[from + label] - other;
  }
}
