package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What training does with an initializer.
 *
 * @param dequantize the node that makes floats of a quantized initializer; none for a float one
 * @param decays whether weight decay applies
 */
record ParameterKind(Optional<Node> dequantize, boolean decays) {

  /**
   * The initializers of a model that training changes: weights and biases of convolutions and
   * matrix products, directly or behind a DequantizeLinear, and scale and offset of normalisation.
   */
  static Map<String, ParameterKind> of(Graph graph) {
    Map<String, ParameterKind> kinds = new LinkedHashMap<>();
    for (Node node : graph.scoreNodes()) {
      switch (node.operator()) {
        case "Conv", "ConvTranspose", "Gemm", "FusedConv", "FusedGemm" -> {
          add(graph, node, 1, true, kinds);
          add(graph, node, 2, false, kinds);
        }
        case "MatMul", "FusedMatMul" -> {
          add(graph, node, 0, true, kinds);
          add(graph, node, 1, true, kinds);
        }
        case "BatchNormalization",
            "GroupNormalization",
            "InstanceNormalization",
            "LayerNormalization",
            "RMSNormalization" -> {
          add(graph, node, 1, false, kinds);
          add(graph, node, 2, false, kinds);
        }
        case "Add" -> {
          // The bias of a matrix product.
          for (int i = 0; i < 2; i++) {
            if (node.input(1 - i)
                .flatMap(graph::producer)
                .filter(p -> p.is("MatMul"))
                .isPresent()) {
              add(graph, node, i, false, kinds);
            }
          }
        }
        default -> {}
      }
    }
    return kinds;
  }

  /**
   * As {@link #of}, of a model that has weights to train.
   *
   * @throws UnsupportedNodeException if it has none, saying what its weights are instead
   */
  static Map<String, ParameterKind> ofTrainable(OnnxModel model) {
    Map<String, ParameterKind> kinds = of(model.graph());
    if (kinds.values().stream().noneMatch(ParameterKind::decays)) {
      String found =
          model.graph().scoreNodes().stream()
              .filter(
                  node ->
                      node.operator()
                          .matches("QLinear(Conv|MatMul)|QGemm|DynamicQuantizeMatMul|.*Integer.*"))
              .findFirst()
              .map(node -> "its weights are integers inside of " + node)
              .or(() -> computedIntegers(model.graph()))
              .or(() -> otherFloats(model.graph()))
              .orElse("it has no weights");
      throw new UnsupportedNodeException(
          "model "
              + model
              + " cannot be trained: "
              + found
              + ", expected weights of Conv, Gemm or MatMul, float or behind a DequantizeLinear");
    }
    return kinds;
  }

  /** What makes the integers of a DequantizeLinear that are neither stored nor an activation. */
  private static Optional<String> computedIntegers(Graph graph) {
    return graph.scoreNodes().stream()
        .filter(Node::dequantizes)
        .filter(node -> StoredIntegers.of(graph, node).isEmpty())
        .flatMap(
            node ->
                graph.producer(node.inputs().get(0)).filter(p -> !p.quantizes()).stream()
                    .map(p -> "node " + p + " computes the integers of " + node))
        .findFirst();
  }

  /** Weights of a floating-point type that is not trained. */
  private static Optional<String> otherFloats(Graph graph) {
    return graph.scoreNodes().stream()
        .filter(node -> node.operator().matches("Conv|ConvTranspose|Gemm|MatMul"))
        .flatMap(
            node ->
                node.inputs().stream()
                    .flatMap(name -> graph.constant(name).stream())
                    .filter(t -> t.type().isFloatingPoint() && t.type() != ElementType.FLOAT)
                    .map(
                        t ->
                            "the weights of node "
                                + node
                                + " are "
                                + t.type().toString().toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private static void add(
      Graph graph, Node node, int position, boolean decays, Map<String, ParameterKind> kinds) {
    Optional<String> name = node.input(position);
    if (name.isEmpty()) {
      return;
    }
    Optional<Node> dequantize = graph.producer(name.get()).filter(Node::dequantizes);
    // A float weight that is quantized and dequantized on the way stays a float parameter.
    Optional<Node> quantize =
        dequantize.flatMap(d -> graph.producer(d.inputs().get(0))).filter(Node::quantizes);
    if (quantize.isPresent()) {
      String weight = quantize.get().inputs().get(0);
      if (graph.constant(weight).filter(t -> t.type() == ElementType.FLOAT).isPresent()) {
        kinds.putIfAbsent(weight, new ParameterKind(Optional.empty(), decays));
      }
      return;
    }
    if (dequantize.isPresent()) {
      StoredIntegers.of(graph, dequantize.get())
          .ifPresent(
              stored ->
                  kinds.putIfAbsent(stored.initializer(), new ParameterKind(dequantize, decays)));
    } else if (graph.constant(name.get()).filter(t -> t.type() == ElementType.FLOAT).isPresent()) {
      kinds.putIfAbsent(name.get(), new ParameterKind(Optional.empty(), decays));
    }
  }
}
