package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A BatchNormalization and the convolution before it as one convolution: w' = w g / sqrt(var +
 * eps), b' = (b - mean) g / sqrt(var + eps) + beta, computed in double. For graphs that are not
 * trained, a pass over the array less.
 *
 * @param weight of the one convolution
 * @param bias likewise
 */
record NormalizedConvolution(NDArray weight, NDArray bias) {

  /** The convolution that a BatchNormalization can be one with. */
  static Optional<Node> before(Graph graph, Node norm) {
    boolean plain =
        norm.is("BatchNormalization")
            && norm.outputs().size() == 1
            && norm.intAttribute("training_mode", 0) == 0
            && norm.intAttribute("spatial", 1) == 1
            && IntStream.rangeClosed(1, 4).allMatch(i -> isFloat(graph, norm, i));
    return plain
        ? graph
            .producer(norm.inputs().get(0))
            .filter(conv -> conv.is("Conv") && isFloat(graph, conv, 1))
            .filter(conv -> conv.input(2).isEmpty() || isFloat(graph, conv, 2))
            .filter(conv -> graph.consumers(conv.output()).size() == 1)
            .filter(conv -> !conv.output().equals(graph.output().name()))
        : Optional.empty();
  }

  private static boolean isFloat(Graph graph, Node node, int position) {
    return node.input(position)
        .flatMap(graph::constant)
        .filter(tensor -> tensor.type() == ElementType.FLOAT)
        .isPresent();
  }

  /**
   * @param conv context of the convolution
   * @param norm context of the BatchNormalization
   */
  static NormalizedConvolution of(NodeContext conv, NodeContext norm) {
    NDArray weight = constant(conv, 1);
    NDArray factor =
        constant(norm, 1)
            .div(constant(norm, 4).add(norm.node().floatAttribute("epsilon", 1e-5f)).sqrt());
    long[] perOutput = new long[weight.getShape().dimension()];
    java.util.Arrays.fill(perOutput, 1);
    perOutput[0] = weight.getShape().get(0);
    NDArray mean = constant(norm, 3);
    NDArray centred = conv.constant(2).isPresent() ? constant(conv, 2).sub(mean) : mean.neg();
    return new NormalizedConvolution(
        kept(conv, weight.mul(factor.reshape(new Shape(perOutput)))),
        kept(conv, centred.mul(factor).add(constant(norm, 2))));
  }

  private static NDArray constant(NodeContext context, int position) {
    var tensor = context.constant(position).orElseThrow();
    return context
        .manager()
        .create(tensor.floats(), new Shape(tensor.dims()))
        .toType(DataType.FLOAT64, false);
  }

  private static NDArray kept(NodeContext context, NDArray array) {
    return context.keep(array.toType(context.precision(), true));
  }
}
