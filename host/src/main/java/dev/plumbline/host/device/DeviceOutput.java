package dev.plumbline.host.device;

import dev.plumbline.host.onnx.Tensor;
import java.util.Map;

/**
 * What a device's ONNX Runtime put out in one run, or rows of several runs.
 *
 * @param tensors by name of the output, as ONNX Runtime gave them; where runs were joined, a row
 *     for each picture; at least one
 * @param first of its pictures, counted in all that were sent
 * @param count pictures of those that were sent
 * @param ran pictures that the tensors are of: those, and in tensors that are no rows also copies
 *     that filled the run up
 * @param nanos that ONNX Runtime took for the whole batch that these are of; 0 if the agent does
 *     not tell
 */
record DeviceOutput(Map<String, Tensor> tensors, int first, int count, int ran, long nanos) {
  /** Numbers for each picture, at least 1. */
  int width() {
    return Math.max(1, tensors.values().stream().mapToInt(Tensor::size).sum() / ran);
  }

  /** The only output. */
  Tensor tensor() {
    return tensors.values().iterator().next();
  }
}
