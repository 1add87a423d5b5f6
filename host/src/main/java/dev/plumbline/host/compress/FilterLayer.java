package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;

/**
 * A convolution.
 *
 * @param weight filters x inputs x anything
 * @param ids the channel that each filter makes
 * @param ranks whether its filters are ranked by their norms; those of a depthwise convolution go
 *     with the channels that they work on
 */
record FilterLayer(Node node, Tensor weight, int[] ids, boolean ranks) {
  /** Sum of the magnitudes of each filter's weights, divided by the mean over the layer. */
  double[] relativeNorms() {
    float[] values = weight.floats();
    double[] norms = new double[ids.length];
    int perFilter = values.length / ids.length;
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      norms[i / perFilter] += Math.abs(values[i]);
      sum += Math.abs(values[i]);
    }
    for (int i = 0; sum > 0 && i < norms.length; i++) {
      norms[i] *= norms.length / sum;
    }
    return norms;
  }
}
