package dev.plumbline.host.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model of operators on integers, such as QLinearConv, as the same function in QDQ form: float
 * operators between DequantizeLinear and QuantizeLinear. What has no float form here, or takes
 * scales that are computed, stays as it is. Used once per model.
 */
public final class QOperatorExpansion {
  /** Float operators of those with one activation. */
  private static final Map<String, String> UNARY =
      Map.of(
          "QLinearGlobalAveragePool", "GlobalAveragePool",
          "QLinearAveragePool", "AveragePool",
          "QLinearLeakyRelu", "LeakyRelu",
          "QLinearSigmoid", "Sigmoid");

  /** Float operators of those with two. */
  private static final Map<String, String> BINARY =
      Map.of("QLinearMatMul", "MatMul", "QLinearAdd", "Add", "QLinearMul", "Mul");

  /** Names of a scale and a zero point. */
  private record Parameters(String scale, String zeroPoint) {}

  private final Graph graph;
  private final Map<Node, String> names;
  private final GraphRewriting rewriting;
  private final Map<String, Parameters> integers = new HashMap<>();
  private final Map<String, String> floats = new HashMap<>();

  private QOperatorExpansion(OnnxModel model) {
    this.graph = model.graph();
    this.names = LayerNames.of(graph);
    this.rewriting = new GraphRewriting(model);
  }

  /** The same model where no operator is on integers. */
  public static OnnxModel of(OnnxModel model) {
    boolean integers =
        model.graph().nodes().stream()
            .anyMatch(n -> n.operator().startsWith("QLinear") || n.operator().equals("QGemm"));
    return integers ? new QOperatorExpansion(model).expand() : model;
  }

  private OnnxModel expand() {
    for (Node node : graph.nodes()) {
      switch (node.operator()) {
        case "QuantizeLinear" -> {
          rewriting.copy(node, node.inputs(), Set.of());
          node.input(2).ifPresent(z -> made(node.output(), node.inputs().get(1), z));
        }
        case "QLinearConv" -> convolution(node);
        case "QGemm" -> product(node);
        default -> {
          if (UNARY.containsKey(node.operator()) && node.intAttribute("channels_last", 0) == 0) {
            layer(node, UNARY.get(node.operator()), List.of(at(node, 0)), 3);
          } else if (node.operator().equals("QLinearMatMul") && isConstant(node, 3, 4, 5)) {
            // Scales of a constant factor go along its columns.
            int axis = graph.constants().get(node.inputs().get(3)).dims().length - 1;
            layer(node, "MatMul", List.of(at(node, 0), weight(node, 3, axis)), 6);
          } else if (BINARY.containsKey(node.operator())) {
            layer(node, BINARY.get(node.operator()), List.of(at(node, 0), at(node, 3)), 6);
          } else if (node.operator().equals("QLinearConcat")) {
            concat(node);
          } else if (node.movesNumbers() && integers.containsKey(first(node))) {
            moving(node);
          } else {
            rewriting.copy(node, node.inputs(), Set.of());
          }
        }
      }
    }
    return rewriting.build();
  }

  private static String first(Node node) {
    return node.inputs().get(0);
  }

  private void made(String value, String scale, String zeroPoint) {
    integers.put(value, new Parameters(scale, zeroPoint));
  }

  /** The floats of three inputs of a node: integers, scale, zero point. */
  private String at(Node node, int position) {
    List<String> inputs = node.inputs();
    return floats.computeIfAbsent(
        inputs.get(position),
        value ->
            rewriting.node(
                "DequantizeLinear",
                inputs.subList(position, position + 3),
                rewriting.freshName(value + "_dequantized"),
                Map.of()));
  }

  /** A float operator and the rounding of what it makes. */
  private void layer(Node node, String operator, List<String> inputs, int scale) {
    String value = rewriting.freshName(node.output() + "_float");
    rewriting.copyAs(node, operator, inputs, value);
    rewriting.rename(names.get(node));
    round(value, node, node.inputs().get(scale), node.inputs().get(scale + 1));
  }

  private void round(String value, Node node, String scale, String zeroPoint) {
    rewriting.node("QuantizeLinear", List.of(value, scale, zeroPoint), node.output(), Map.of());
    made(node.output(), scale, zeroPoint);
  }

  private void convolution(Node node) {
    Optional<Tensor> inputScale = graph.constant(node.inputs().get(1));
    if (inputScale.isEmpty() || !isConstant(node, 3, 4, 5)) {
      rewriting.copy(node, node.inputs(), Set.of());
      return;
    }
    List<String> inputs = new ArrayList<>(List.of(at(node, 0), weight(node, 3, 0)));
    node.input(8).ifPresent(b -> inputs.add(bias(node, b, inputScale.get().floats()[0])));
    layer(node, "Conv", inputs, 6);
  }

  private void product(Node node) {
    Optional<Tensor> inputScale = graph.constant(node.inputs().get(1));
    if (inputScale.isEmpty() || !isConstant(node, 3, 4, 5)) {
      rewriting.copy(node, node.inputs(), Set.of());
      return;
    }
    int axis = node.intAttribute("transB", 0) != 0 ? 0 : 1;
    List<String> inputs = new ArrayList<>(List.of(at(node, 0), weight(node, 3, axis)));
    float alpha = node.floatAttribute("alpha", 1);
    node.input(6).ifPresent(b -> inputs.add(bias(node, b, inputScale.get().floats()[0] * alpha)));
    if (node.input(7).isPresent()) {
      layer(node, "Gemm", inputs, 7);
    } else {
      rewriting.copyAs(node, "Gemm", inputs, node.output());
      rewriting.rename(names.get(node));
    }
  }

  private boolean isConstant(Node node, int... positions) {
    for (int position : positions) {
      if (graph.constant(node.inputs().get(position)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private String weight(Node node, int position, int axis) {
    return rewriting.node(
        "DequantizeLinear",
        node.inputs().subList(position, position + 3),
        rewriting.freshName(node.inputs().get(position) + "_dequantized"),
        graph.constants().get(node.inputs().get(position + 1)).size() > 1
            ? Map.of("axis", axis)
            : Map.of());
  }

  /** A bias of 32 bits, whose scale is that of the sums. */
  private String bias(Node node, String bias, float inputScale) {
    Tensor weightScale = graph.constants().get(node.inputs().get(4));
    float[] scale = weightScale.floats();
    for (int c = 0; c < scale.length; c++) {
      scale[c] *= inputScale;
    }
    long[] dims = scale.length == 1 ? new long[0] : new long[] {scale.length};
    String name =
        rewriting.initializer(rewriting.freshName(bias + "_scale"), Tensor.ofFloats(dims, scale));
    return rewriting.node(
        "DequantizeLinear",
        List.of(bias, name),
        rewriting.freshName(bias + "_dequantized"),
        scale.length == 1 ? Map.of() : Map.of("axis", 0));
  }

  private void concat(Node node) {
    List<String> inputs = new ArrayList<>();
    for (int i = 2; i + 2 < node.inputs().size(); i += 3) {
      inputs.add(at(node, i));
    }
    layer(node, "Concat", inputs, 0);
  }

  private void moving(Node node) {
    Parameters parameters = integers.get(first(node));
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(
        0,
        floats.computeIfAbsent(
            first(node),
            value ->
                rewriting.node(
                    "DequantizeLinear",
                    List.of(value, parameters.scale(), parameters.zeroPoint()),
                    rewriting.freshName(value + "_dequantized"),
                    Map.of())));
    String value = rewriting.freshName(node.output() + "_float");
    rewriting.copyAs(node, node.operator(), inputs, value);
    round(value, node, parameters.scale(), parameters.zeroPoint());
  }
}
