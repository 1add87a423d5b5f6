package dev.plumbline.host.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nodes whose integer kernel saturates on x86 processors without VNNI: products of unsigned 8-bit
 * activations with signed 8-bit weights. Two such products are added in 16 bits there, which
 * overflows as soon as weights go beyond 7 bits: 255 x 64 + 255 x 64 still fits into 32767, and 255
 * x 65 + 255 x 65 does not.
 */
public final class SaturatingProducts {
  private static final int HARMLESS = 64;

  private SaturatingProducts() {}

  /** Names of the nodes, in the order of the graph. */
  public static List<String> in(OnnxModel model) {
    Graph graph = model.graph();
    List<String> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (activation(graph, node).filter(type -> type == ElementType.UINT8).isPresent()
          && weight(graph, node).filter(SaturatingProducts::isLargeAndSigned).isPresent()) {
        nodes.add(node.name());
      }
    }
    return nodes;
  }

  private static boolean isLargeAndSigned(Tensor weight) {
    if (weight.type() != ElementType.INT8) {
      return false;
    }
    for (long value : weight.longs()) {
      if (Math.abs(value) > HARMLESS) {
        return true;
      }
    }
    return false;
  }

  /** The type of the integers that the node multiplies with its weights. */
  private static Optional<ElementType> activation(Graph graph, Node node) {
    return switch (node.operator()) {
      case "Conv", "Gemm", "MatMul" ->
          graph
              .producer(node.inputs().get(0))
              .filter(from -> from.is("DequantizeLinear"))
              .flatMap(from -> zeroPointType(graph, from, 2));
      case "QLinearConv", "QLinearMatMul", "QGemm" -> zeroPointType(graph, node, 2);
      case "ConvInteger", "MatMulInteger" ->
          zeroPointType(graph, node, 2).or(() -> producedBy(graph, node.inputs().get(0)));
      default -> Optional.empty();
    };
  }

  /** Without a zero point, integers are unsigned by the standard. */
  private static Optional<ElementType> zeroPointType(Graph graph, Node node, int position) {
    Optional<String> name = node.input(position);
    if (name.isEmpty()) {
      return node.is("DequantizeLinear") ? Optional.of(ElementType.UINT8) : Optional.empty();
    }
    return graph.constant(name.get()).map(Tensor::type);
  }

  private static Optional<ElementType> producedBy(Graph graph, String value) {
    // DynamicQuantizeLinear gives unsigned integers and nothing else.
    return graph
        .producer(value)
        .filter(from -> from.is("DynamicQuantizeLinear"))
        .map(from -> ElementType.UINT8);
  }

  private static Optional<Tensor> weight(Graph graph, Node node) {
    return switch (node.operator()) {
      case "Conv", "Gemm", "MatMul" ->
          graph
              .producer(node.inputs().get(1))
              .filter(from -> from.is("DequantizeLinear"))
              .flatMap(from -> graph.constant(from.inputs().get(0)));
      case "QLinearConv", "QLinearMatMul", "QGemm" -> node.input(3).flatMap(graph::constant);
      case "ConvInteger", "MatMulInteger" -> node.input(1).flatMap(graph::constant);
      default -> Optional.empty();
    };
  }
}
