package dev.plumbline.host.device;

import dev.plumbline.host.onnx.Tensor;

/**
 * What a device's ONNX Runtime put out under one name in one run, or rows of several runs.
 *
 * @param tensor as ONNX Runtime gave it; where runs were joined, a row for each picture
 * @param first of its pictures, counted in all that were sent
 * @param count pictures of those that were sent
 * @param ran pictures that the tensor is of: those, and in a tensor that is no rows also copies
 *     that filled the run up
 */
record DeviceOutput(Tensor tensor, int first, int count, int ran) {
  /** Numbers for each picture, at least 1. */
  int width() {
    return Math.max(1, tensor.size() / ran);
  }
}
