package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/** What a classifier puts out for one picture: a number per class, before softmax. */
public final class Logits {
  private Logits() {}

  /**
   * Checks what a model gives for one picture, before anything is read from it.
   *
   * @param who gives it, for the message
   * @throws BadInputException if a number is not finite
   */
  public static void requireFinite(String who, float[] scores) {
    for (int c = 0; c < scores.length; c++) {
      float score = scores[c];
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
}
