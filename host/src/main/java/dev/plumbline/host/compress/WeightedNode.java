package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A Conv, Gemm or MatMul with constant weights as a linear function: factors of a Gemm are in the
 * weights and the bias.
 *
 * @param node as it stands in the float graph
 * @param weight floats of the dimensions that the node has
 * @param axis of the output channels
 * @param bias one per output channel, or none
 */
record WeightedNode(Node node, Tensor weight, int axis, float[] bias) {

  /**
   * @param node has constant float weights, as {@link QuantizationPlan#quantizesWeights} tells
   */
  static WeightedNode of(Graph graph, Node node) {
    float alpha = node.is("Gemm") ? node.floatAttribute("alpha", 1) : 1;
    float beta = node.is("Gemm") ? node.floatAttribute("beta", 1) : 1;
    Tensor weight = times(graph.constants().get(node.inputs().get(1)), alpha);
    int axis = outputAxis(node, weight);
    Optional<Tensor> bias =
        node.is("MatMul") ? Optional.empty() : node.input(2).flatMap(graph::constant);
    return new WeightedNode(
        node,
        weight,
        axis,
        bias.map(b -> spread(times(b, beta), weight.dims()[axis])).orElse(new float[0]));
  }

  String weightName() {
    return node.inputs().get(1);
  }

  private static int outputAxis(Node node, Tensor weight) {
    if (node.is("Conv")) {
      return 0;
    }
    if (node.is("Gemm")) {
      return node.intAttribute("transB", 0) != 0 ? 0 : 1;
    }
    return weight.dims().length - 1;
  }

  private static Tensor times(Tensor tensor, float factor) {
    if (factor == 1) {
      return tensor;
    }
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.ofFloats(tensor.dims(), values);
  }

  /** A bias of one value for all channels as one value for each. */
  private static float[] spread(Tensor bias, long channels) {
    float[] values = bias.floats();
    if (values.length == channels) {
      return values;
    }
    float[] all = new float[Math.toIntExact(channels)];
    Arrays.fill(all, values[0]);
    return all;
  }
}
