package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.ArrayPreprocessing;

/** How far models are from another label, and how that rises with a picture's pixels. */
final class Margins {
  private Margins() {}

  /**
   * Logit of a label less the largest other logit.
   *
   * @param logits N x classes
   * @param labels N x 1
   * @return N x 1
   */
  static NDArray of(NDArray logits, NDArray labels) {
    return logits.gather(labels, 1).sub(others(logits, labels).max(new int[] {1}, true));
  }

  /** The logits with that of the label far below all others. */
  static NDArray others(NDArray logits, NDArray labels) {
    int classes = (int) logits.getShape().get(1);
    return logits.sub(labels.flatten().oneHot(classes).toType(DataType.FLOAT32, false).mul(1e9));
  }

  /**
   * By how much a value rises with each pixel's value.
   *
   * @param gradient of the value with respect to a model's input
   * @return N x bytes
   */
  static NDArray slopes(NDArray gradient, ArrayPreprocessing arrays) {
    return PixelSteps.flat(arrays.toPictureOrder(gradient.div(arrays.std())))
        .div(arrays.pixelsPerUnit());
  }

  /** Row by row, N x 1. */
  static NDArray dot(NDArray a, NDArray b) {
    return a.mul(b).sum(new int[] {1}, true);
  }
}
