package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Operators that have an integer kernel and stay in float all the same, as 8 bits serve them badly:
 * the parts of activations and normalisations that exporters write as products and sums, what
 * follows a head's last weights, and a weighted average over a Softmax.
 */
final class FloatBlocks {
  private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul");

  /** The sums and products of which exporters make functions, and what brings values together. */
  private static final Set<String> COMBINING = Set.of("Add", "Mul", "Concat");

  /**
   * Operators that, like those that move numbers, have no integer kernel of their own here and put
   * out floats when they are given floats. They need not keep range or scale: a Resize makes means
   * of neighbours.
   */
  private static final Set<String> FOLLOWING =
      Set.of(
          "Dropout", "Split", "Slice", "Pad", "Resize", "Upsample", "DepthToSpace", "Relu", "Clip");

  /** Why an operator stays in float. */
  enum Reason {
    /** It was asked for. */
    ASKED("asked for"),
    /** A layer of weights over a Softmax, as the boxes of YOLOv8 and its kin are read. */
    AVERAGE("averages over a Softmax"),
    /** Behind the last weights: boxes in pixels beside scores, or what becomes a probability. */
    HEAD("the head behind its last weights"),
    /** Squares, cubes, variances and gates, whose ranges 8 bits cannot tell. */
    COMPOSED("parts of activations, gates, scalings and normalisations");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** Such as "averages over a Softmax". */
    String text() {
      return text;
    }
  }

  private final Graph graph;
  private final Set<String> activations;
  private final Predicate<Node> hasKernel;
  private final Map<Node, Reason> kept = new LinkedHashMap<>();

  /** Values from which some layer of weights follows. */
  private final Set<String> beforeWeights = new HashSet<>();

  /** Values behind the last weights that a Concat brings together with others. */
  private final Set<String> joined = new HashSet<>();

  private FloatBlocks(Graph graph, Set<String> activations, Predicate<Node> hasKernel) {
    this.graph = graph;
    this.activations = activations;
    this.hasKernel = hasKernel;
  }

  /**
   * @param activations values that follow from the input
   * @param hasKernel whether ONNX Runtime has an integer kernel for a node
   * @param asked names of layers that are to stay in float
   */
  static FloatBlocks of(
      Graph graph, Set<String> activations, Predicate<Node> hasKernel, Set<String> asked) {
    FloatBlocks blocks = new FloatBlocks(graph, activations, hasKernel);
    if (!asked.isEmpty()) {
      LayerNames.of(graph)
          .forEach(
              (node, name) -> {
                if (asked.contains(name) && hasKernel.test(node)) {
                  blocks.kept.put(node, Reason.ASKED);
                }
              });
    }
    blocks.findAverages();
    blocks.findHead();
    blocks.findComposed();
    return blocks;
  }

  /** The nodes that stay in float, in the order of computation of each reason. */
  Map<Node, Reason> kept() {
    return kept;
  }

  boolean keeps(Node node) {
    return kept.containsKey(node);
  }

  /** Whether a convolution with integer weights puts out floats: the last one of a joined head. */
  boolean putsOutFloats(Node node) {
    return node.is("Conv") && isInteger(node) && joined.contains(node.output());
  }

  /** Whether a value comes out of an operator in float, so that whoever takes it may have it so. */
  boolean isMadeInFloat(String value) {
    String at = value;
    while (true) {
      Node producer = graph.producer(at).orElse(null);
      if (producer == null) {
        return false;
      }
      if (!isPassing(producer)) {
        return !isInteger(producer) || putsOutFloats(producer);
      }
      at = producer.inputs().get(0);
    }
  }

  private boolean isInteger(Node node) {
    return hasKernel.test(node) && !keeps(node);
  }

  private static boolean isPassing(Node node) {
    return node.movesNumbers() || node.domain().isEmpty() && FOLLOWING.contains(node.operator());
  }

  /** Whether a node is a layer of weights, in integers or because it was asked for not. */
  private boolean isWeighted(Node node) {
    return WEIGHTED.contains(node.operator())
        && hasKernel.test(node)
        && kept.get(node) != Reason.AVERAGE;
  }

  private void findAverages() {
    for (Node node : graph.scoreNodes()) {
      boolean constantWeights =
          node.inputs().size() > 1 && graph.constant(node.inputs().get(1)).isPresent();
      if (isWeighted(node) && constantWeights && comesFromSoftmax(node.inputs().get(0))) {
        kept.put(node, Reason.AVERAGE);
      }
    }
  }

  private boolean comesFromSoftmax(String value) {
    String at = value;
    while (true) {
      Node producer = graph.producer(at).orElse(null);
      if (producer == null || !isPassing(producer)) {
        return producer != null && producer.is("Softmax");
      }
      at = producer.inputs().get(0);
    }
  }

  private void findHead() {
    List<Node> nodes = graph.scoreNodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().noneMatch(activations::contains)) {
        continue;
      }
      boolean before = node.outputs().stream().anyMatch(beforeWeights::contains);
      if (before || isWeighted(node)) {
        beforeWeights.addAll(node.inputs());
        continue;
      }
      boolean joins = node.is("Concat") && hasKernel.test(node);
      if (joins || node.outputs().stream().anyMatch(joined::contains)) {
        joined.addAll(node.inputs());
      }
      if (hasKernel.test(node) && COMBINING.contains(node.operator())) {
        kept.put(node, Reason.HEAD);
      }
    }
    joined.removeAll(beforeWeights);
  }

  private void findComposed() {
    for (Node node : graph.scoreNodes()) {
      if (!isInteger(node) || !COMBINING.contains(node.operator())) {
        continue;
      }
      boolean byConstant = !activations.containsAll(node.inputs());
      if (byConstant || node.inputs().stream().anyMatch(this::isMadeInFloat)) {
        kept.put(node, Reason.COMPOSED);
      }
    }
  }
}
