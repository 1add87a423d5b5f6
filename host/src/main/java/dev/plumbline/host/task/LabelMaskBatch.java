package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.List;

/**
 * Masks of a model that puts out classes, not scores: whether it makes a decision can be said, but
 * nothing has a gradient.
 */
record LabelMaskBatch(List<Decision> masks, Segmentation task) implements DecisionBatch {
  LabelMaskBatch {
    masks = List.copyOf(masks);
  }

  static BadInputException noGradient() {
    return new BadInputException(
        "the model puts out the class of each pixel, which has no gradient: expected a model that"
            + " puts out scores, without the ArgMax at its end");
  }

  @Override
  public NDArray margins(NDArray scores) {
    throw noGradient();
  }

  @Override
  public NDArray made(NDArray scores) {
    float[] values = scores.stopGradient().toFloatArray();
    int each = values.length / masks.size();
    float[] made = new float[masks.size()];
    for (int i = 0; i < made.length; i++) {
      float[] row = Arrays.copyOfRange(values, i * each, (i + 1) * each);
      made[i] = task.differ(masks.get(i), task.decide(row)) ? 0 : 1;
    }
    return column(made, scores);
  }

  /** Such a model says nothing of how sure it is. */
  @Override
  public NDArray sure(NDArray scores, double confidence) {
    float[] sure = new float[masks.size()];
    Arrays.fill(sure, 1);
    return column(sure, scores);
  }

  private static NDArray column(float[] values, NDArray like) {
    return like.getManager()
        .create(values, new Shape(values.length, 1))
        .toDevice(like.getDevice(), false);
  }
}
