package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.DifferentiablePart;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which values of a float graph are quantized, so that ONNX Runtime finds its integer kernels: the
 * inputs and outputs of the operators that have one, but not what lies between an operator and the
 * Relu after it, not the logits, and nothing that the scores do not depend on. Operators that 8
 * bits serve badly stay in float, as {@link FloatBlocks} tells.
 */
final class QuantizationPlan {
  /** Operators with an integer kernel; the inputs that count are those that are activations. */
  private static final Set<String> INTEGER =
      Set.of("Conv", "Gemm", "MatMul", "Add", "Mul", "GlobalAveragePool", "AveragePool", "Concat");

  private final Graph graph;
  private final Set<String> activations = new HashSet<>();
  private final Set<String> quantized = new LinkedHashSet<>();
  private final Map<String, String> rangeOf = new HashMap<>();
  private final FloatBlocks floats;

  private QuantizationPlan(Graph graph, Set<String> floatLayers) {
    this.graph = graph;
    findActivations();
    this.floats = FloatBlocks.of(graph, activations, this::hasKernel, floatLayers);
  }

  /** As {@link #of(OnnxModel, Set)}, with no layer that is to stay. */
  static QuantizationPlan of(OnnxModel model) {
    return of(model, Set.of());
  }

  /**
   * The plan of a float model; what it computes of objects or labels that it chose stays.
   *
   * @param floatLayers names of layers that are to stay in float
   */
  static QuantizationPlan of(OnnxModel model, Set<String> floatLayers) {
    QuantizationPlan plan = new QuantizationPlan(DifferentiablePart.before(model), floatLayers);
    plan.choose();
    return plan;
  }

  /** Whether a value gets a QuantizeLinear and a DequantizeLinear. */
  boolean isQuantized(String value) {
    return quantized.contains(value);
  }

  /** Whether a node takes a value as the float operator that made it puts it out. */
  boolean takesFloats(Node node, String value) {
    boolean movesRounded = isMoving(node) && quantized.contains(node.output());
    return !isInteger(node) && !movesRounded && floats.isMadeInFloat(value);
  }

  /** The nodes with an integer kernel that stay in float, with the reason. */
  Map<Node, FloatBlocks.Reason> keptFloat() {
    return floats.kept();
  }

  /** The value whose range a quantized value shares; itself mostly. */
  String rangeOf(String value) {
    return rangeOf.get(value);
  }

  /** The values whose ranges have to be known. */
  Set<String> calibrated() {
    return new LinkedHashSet<>(rangeOf.values());
  }

  /** The constant operands of Add and Mul that are quantized like activations. */
  boolean quantizesOperand(Node node, String input) {
    return isInteger(node)
        && (node.is("Add") || node.is("Mul"))
        && graph.constant(input).isPresent();
  }

  /** Whether the weights of a node are quantized. */
  boolean quantizesWeights(Node node) {
    return isInteger(node) && (node.is("Conv") || node.is("Gemm") || hasConstantFactor(node));
  }

  private boolean hasConstantFactor(Node node) {
    return node.is("MatMul") && graph.constant(node.inputs().get(1)).isPresent();
  }

  /** Values that follow from pixels, not from shapes or constants. */
  private void findActivations() {
    activations.add(graph.input().name());
    for (Node node : graph.scoreNodes()) {
      if (!node.is("Shape") && node.inputs().stream().anyMatch(activations::contains)) {
        activations.addAll(node.outputs());
      }
    }
  }

  private void choose() {
    List<Node> nodes = graph.scoreNodes();
    for (Node node : nodes) {
      if (isInteger(node)) {
        node.inputs().stream().filter(activations::contains).forEach(quantized::add);
        outputOf(node).ifPresent(quantized::add);
      }
    }
    // What feeds a quantized value through an operator that moves numbers is quantized like it.
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (isMoving(nodes.get(i)) && quantized.contains(nodes.get(i).output())) {
        quantized.add(nodes.get(i).inputs().get(0));
      }
    }
    for (Node node : nodes) {
      String input = node.inputs().isEmpty() ? "" : node.inputs().get(0);
      if (isMoving(node)
          && quantized.contains(input)
          && !isLogits(node.output())
          && !floats.isMadeInFloat(input)) {
        quantized.add(node.output());
      }
    }
    quantized.removeIf(graph::isRead);
    assignRanges();
  }

  private void assignRanges() {
    for (String value : List.copyOf(quantized)) {
      if (graph.producer(value).isEmpty()) {
        rangeOf.put(value, value);
      }
    }
    for (Node node : graph.scoreNodes()) {
      for (String output : node.outputs()) {
        if (quantized.contains(output)) {
          boolean shares = isMoving(node) && quantized.contains(node.inputs().get(0));
          rangeOf.put(output, shares ? rangeOf.get(node.inputs().get(0)) : output);
        }
      }
    }
  }

  /** The value to quantize for the output of an operator. */
  private Optional<String> outputOf(Node node) {
    String output = node.output();
    List<Node> consumers = graph.consumers(output);
    if (consumers.size() == 1 && isRectifier(consumers.get(0)) && !graph.isRead(output)) {
      output = consumers.get(0).output();
    }
    // An integer matrix product can put out floats: who takes integers rounds them. Others cannot.
    boolean putsOutFloats = node.is("Gemm") || node.is("MatMul") || floats.putsOutFloats(node);
    return putsOutFloats ? Optional.empty() : Optional.of(output);
  }

  /** ONNX Runtime drops these where the quantized range implies them. */
  private static boolean isRectifier(Node node) {
    // Clip took its bounds as attributes before opset 11.
    return node.is("Relu")
        || node.is("Clip")
            && (node.input(1).isPresent() || node.hasAttribute("min"))
            && (node.input(2).isPresent() || node.hasAttribute("max"));
  }

  /** Whether a value is the output, or goes there without passing an integer operator. */
  private boolean isLogits(String value) {
    return graph.isRead(value)
        || graph.consumers(value).stream().allMatch(n -> !isInteger(n) && isLogits(n.output()));
  }

  private boolean isMoving(Node node) {
    return node.movesNumbers() && activations.contains(node.output());
  }

  /** Whether a node is to run in ONNX Runtime's integer kernel. */
  boolean isInteger(Node node) {
    return hasKernel(node) && !floats.keeps(node);
  }

  /** Whether ONNX Runtime has an integer kernel for a node. */
  private boolean hasKernel(Node node) {
    if (!node.domain().isEmpty()
        || !INTEGER.contains(node.operator())
        || !activations.contains(node.output())) {
      return false;
    }
    return switch (node.operator()) {
      case "Conv" -> isFloat(node, 1) && biasIsConstant(node);
      case "Gemm" ->
          isFloat(node, 1) && biasIsConstant(node) && node.intAttribute("transA", 0) == 0;
      case "MatMul" -> activations.contains(node.inputs().get(0)) && isOperand(node, 1);
      // An Add or Mul that makes the logits, as the bias of a matrix product, stays float.
      case "Add", "Mul" -> !graph.isRead(node.output()) && isOperand(node, 0) && isOperand(node, 1);
      case "Concat" -> activations.containsAll(node.inputs());
      default -> true;
    };
  }

  /** An operand that integers can stand for: a mask of infinities has no range. */
  private boolean isOperand(Node node, int position) {
    return activations.contains(node.inputs().get(position)) || isFiniteConstant(node, position);
  }

  private boolean isFiniteConstant(Node node, int position) {
    if (!isFloat(node, position)) {
      return false;
    }
    for (float value : graph.constants().get(node.inputs().get(position)).floats()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private boolean isFloat(Node node, int position) {
    return node.input(position)
        .flatMap(graph::constant)
        .map(Tensor::type)
        .filter(t -> t == ElementType.FLOAT)
        .isPresent();
  }

  /** A bias that integers can stand for: one that masks a class by infinity has no scale. */
  private boolean biasIsConstant(Node node) {
    return node.input(2).isEmpty() || isFiniteConstant(node, 2);
  }
}
