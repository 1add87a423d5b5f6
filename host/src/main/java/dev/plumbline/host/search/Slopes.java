package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.ArrayPreprocessing;

/** How values rise with a picture's pixels. */
final class Slopes {
  private Slopes() {}

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
