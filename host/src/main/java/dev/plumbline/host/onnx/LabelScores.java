package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.RowOutput.Read;

/**
 * Labels as scores whose largest is that of the label: rows of a model that puts out labels are
 * read as those of one that puts out the scores.
 *
 * @param model what to call it in a message
 * @param output that holds the labels
 */
record LabelScores(String model, RowOutput output) {
  /** So far above the others that the softmax of float32 numbers is 1. */
  private static final float SURE = 30;

  /**
   * The scores.
   *
   * @param labels of all inputs, one after the other
   * @throws BadInputException if one is no class
   */
  float[] of(float[] labels, int inputs) {
    int classes = output.classes();
    int each = inputs == 0 ? 0 : labels.length / inputs;
    float[] scores = new float[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      int label = label(labels[i]);
      int input = i / each;
      int pixel = i % each;
      int place =
          output.read() == Read.LABELS_FIRST ? label * each + pixel : pixel * classes + label;
      scores[input * each * classes + place] = SURE;
    }
    return scores;
  }

  private int label(float number) {
    int label = Math.round(number);
    if (label != number || label < 0 || label >= output.classes()) {
      throw new BadInputException(
          "model "
              + model
              + " gives "
              + number
              + " as a class in "
              + output.name()
              + ", expected 0 to "
              + (output.classes() - 1));
    }
    return label;
  }
}
