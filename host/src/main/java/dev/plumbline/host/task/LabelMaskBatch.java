package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** Masks of a model that puts out classes, not scores: nothing has a gradient. */
record LabelMaskBatch(List<Decision> masks, Segmentation task) implements DecisionBatch {
  LabelMaskBatch {
    masks = List.copyOf(masks);
  }

  @Override
  public NDArray margins(NDArray scores) {
    float[] values = scores.stopGradient().toFloatArray();
    int each = values.length / masks.size();
    float[] margins = new float[masks.size()];
    for (int i = 0; i < margins.length; i++) {
      float[] row = Arrays.copyOfRange(values, i * each, (i + 1) * each);
      margins[i] = (float) task.margin(row, masks.get(i));
    }
    return scores
        .getManager()
        .create(margins, new Shape(margins.length, 1))
        .toDevice(scores.getDevice(), false);
  }
}
