package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;

/**
 * How a row becomes a mask.
 *
 * @param form what the row holds of each pixel
 * @param classes of the model, at least 2; 0 where it does not say
 * @param layout how the scores of pixels lie
 * @param threshold of a single class: the probability above which a pixel is of class 1
 */
record MaskOutput(Form form, int classes, Layout layout, double threshold) {
  /** What a row holds of each pixel. */
  enum Form {
    /** A score for each class; the first of the largest is the pixel's. */
    SCORES,
    /** One log odds: class 1 above the threshold's, else class 0. */
    FOREGROUND,
    /** The class itself. */
    LABELS
  }

  /** Where the classes of a row's scores are. */
  enum Layout {
    /** A whole plane for each class. */
    FIRST,
    /** All classes of a pixel side by side. */
    LAST
  }

  MaskOutput {
    if (form == Form.LABELS ? classes != 0 && classes < 2 : classes < 2) {
      throw new IllegalArgumentException("a mask of " + classes + " classes");
    }
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException("a threshold of " + threshold);
    }
  }

  /** Scores of a pixel in a row. */
  private int each() {
    return form == Form.SCORES ? classes : 1;
  }

  /**
   * The pixels of a row of so many numbers.
   *
   * @throws BadInputException if they are no whole number
   */
  int pixels(long numbers) {
    if (numbers < 1 || numbers % each() != 0) {
      throw new BadInputException(
          "the model gives "
              + numbers
              + " numbers for a picture, expected "
              + each()
              + " for each pixel of a mask");
    }
    return Math.toIntExact(numbers / each());
  }

  /** The log odds above which a pixel is of class 1, as rows are compared with it. */
  float leastLogOdds() {
    return (float) Threshold.logOdds(threshold);
  }

  /** Where the score of a class is in a row. */
  int place(int number, int pixel, int pixels) {
    return layout == Layout.FIRST ? number * pixels + pixel : pixel * classes + number;
  }

  /**
   * Scores whose first largest is the class of a pixel.
   *
   * @param rows N x their length
   * @return N x classes x pixels, with gradients
   */
  NDArray scores(NDArray rows) {
    return form == Form.FOREGROUND ? twoClasses(rows, leastLogOdds()) : logits(rows);
  }

  /** Scores whose softmax is a probability of each class; as {@link #scores} otherwise. */
  NDArray logits(NDArray rows) {
    if (form == Form.FOREGROUND) {
      return twoClasses(rows, 0);
    }
    long inputs = rows.getShape().get(0);
    long pixels = pixels(rows.getShape().get(1));
    return layout == Layout.FIRST
        ? rows.reshape(inputs, classes, pixels)
        : rows.reshape(inputs, pixels, classes).transpose(0, 2, 1);
  }

  private static NDArray twoClasses(NDArray rows, float background) {
    NDArray foreground = rows.expandDims(1);
    Shape shape = foreground.getShape();
    NDArray other = rows.getManager().full(shape, background, rows.getDataType());
    return other.toDevice(rows.getDevice(), false).concat(foreground, 1);
  }
}
