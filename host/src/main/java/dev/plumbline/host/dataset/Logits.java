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
    int label = 0;
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isFinite(logits[i])) {
        throw new BadInputException(
            "the logit of class "
                + i
                + (Float.isNaN(logits[i]) ? " is not a number" : " is infinite")
                + ", expected a finite number");
      }
      if (logits[i] > logits[label]) {
        label = i;
      }
    }
    return label;
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
