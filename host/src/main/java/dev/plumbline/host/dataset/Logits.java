package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/** What a classifier puts out for one picture: a number per class, before softmax. */
public final class Logits {
  private Logits() {}

  /**
   * The predicted label: the first of the largest logits.
   *
   * @throws BadInputException if a logit is not finite
   */
  public static int label(float[] logits) {
    requireFinite("a model", logits, 0, logits.length);
    int label = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > logits[label]) {
        label = i;
      }
    }
    return label;
  }

  /**
   * Checks what a model gives for one picture, before anything is read from it.
   *
   * @param who gives it, for the message
   * @param from the first class's place in {@code scores}
   * @param classes numbers from there on
   * @throws BadInputException if a number is not finite
   */
  public static void requireFinite(String who, float[] scores, int from, int classes) {
    for (int c = 0; c < classes; c++) {
      float score = scores[from + c];
      if (!Float.isFinite(score)) {
        throw new BadInputException(
            who
                + " gives "
                + (Float.isNaN(score) ? "not a number" : score)
                + " for class "
                + c
                + " of a picture, expected a finite number");
      }
    }
  }

  /** Predicted labels of many pictures. */
  public static int[] labels(float[][] logits) {
    int[] labels = new int[logits.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(logits[i]);
    }
    return labels;
  }

  /** The softmax of logits at a label, 0 to 1. */
  public static float confidence(float[] logits, int label) {
    double largest = logits[label(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return (float) (Math.exp(logits[label] - largest) / sum);
  }

  /** The share of two lists of labels that are the same, 0 to 1. */
  public static double agreement(int[] a, int[] b) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException(a.length + " labels and " + b.length);
    }
    int same = 0;
    for (int i = 0; i < a.length; i++) {
      same += a[i] == b[i] ? 1 : 0;
    }
    return (double) same / a.length;
  }
}
