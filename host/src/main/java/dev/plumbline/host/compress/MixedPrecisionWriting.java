package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes a model with QuantizeLinear and DequantizeLinear of which some layers are in float. */
final class MixedPrecisionWriting {
  /** What ONNX Runtime's quantizer adds to the name of a value for its integers. */
  private static final String INTEGERS = "_quantized";

  /** Operators that a Relu or Clip usually follows. */
  private static final Set<String> SIGNED = Set.of("Conv", "Gemm", "MatMul", "Add", "Mul");

  private final QdqLayers of;
  private final OnnxModel model;
  private final Graph graph;
  private final OriginalWeights weights;

  private final Map<Node, String> floats = new HashMap<>();
  private final Set<String> rounded = new HashSet<>();
  private final GraphRewriting rewriting;
  private final Map<String, String> renamed = new HashMap<>();

  /** The QuantizeLinear that a layer in float may go round, by what it takes. */
  private final Function<String, Optional<Node>> passed;

  /** What a layer in float made, by the QuantizeLinear that others take it from. */
  private final Map<Node, String> exact = new HashMap<>();

  /**
   * @param weights of the original, for the layers in float
   * @param floatLayers names of layers
   */
  MixedPrecisionWriting(
      QdqLayers of,
      OnnxModel model,
      OriginalWeights weights,
      Set<String> floatLayers,
      Function<String, Optional<Node>> passed) {
    this.of = of;
    this.model = model;
    this.graph = model.graph();
    this.weights = weights;
    this.rewriting = new GraphRewriting(model);
    this.passed = passed;
    of.layers()
        .forEach(
            (name, node) -> {
              if (floatLayers.contains(name)) {
                floats.put(node, name);
                return;
              }
              node.inputs().stream()
                  .filter(i -> graph.producer(i).filter(Node::dequantizes).isPresent())
                  .forEach(i -> rounded.add(of.root(i)));
              node.outputs().forEach(o -> rounded.add(of.root(o)));
            });
    // What no layer makes or takes is not for layers to say.
    Set<String> touched = new HashSet<>();
    of.layers()
        .values()
        .forEach(
            node -> {
              node.inputs().forEach(i -> touched.add(of.root(i)));
              node.outputs().forEach(o -> touched.add(of.root(o)));
            });
    graph.nodes().stream()
        .filter(Node::quantizes)
        .map(n -> of.root(n.output()))
        .filter(r -> !touched.contains(r))
        .forEach(rounded::add);
  }

  OnnxModel write() {
    Set<Node> unneeded = behindUnneededConstants();
    for (Node node : graph.nodes()) {
      if (unneeded.contains(node)) {
        continue;
      }
      if (floats.containsKey(node)) {
        writeFloat(node);
      } else if (!(node.quantizes() || node.dequantizes())) {
        rewriting.copy(node, renamed(node.inputs()), Set.of());
      } else if (isConstant(node)) {
        if (isNeeded(node)) {
          rewriting.copy(node, node.inputs(), Set.of());
        }
      } else if (rounded.contains(of.root(node.output()))) {
        if (!isPassedByAll(node)) {
          rewriting.copy(node, renamed(node.inputs()), Set.of());
        }
      } else {
        drop(node);
      }
    }
    return rewriting.build();
  }

  /** Whether nothing takes the floats of a DequantizeLinear any more. */
  private boolean isPassedByAll(Node node) {
    List<Node> takers = graph.consumers(node.output());
    return node.dequantizes()
        && !takers.isEmpty()
        && !graph.isOutput(node.output())
        && takers.stream().allMatch(floats::containsKey)
        && passing(node.output()).isPresent();
  }

  /** The QuantizeLinear before an input of a layer in float that is made by another in float. */
  private Optional<Node> passing(String input) {
    return passed
        .apply(input)
        .filter(quantize -> rounded.contains(of.root(input)))
        .filter(
            quantize -> maker(quantize.inputs().get(0)).filter(floats::containsKey).isPresent());
  }

  private Optional<Node> maker(String value) {
    Optional<Node> producer = graph.producer(value);
    return producer.isPresent()
            && producer.get().domain().isEmpty()
            && QdqLayers.CUTTING.contains(producer.get().operator())
        ? maker(producer.get().inputs().get(0))
        : producer;
  }

  private String given(String input) {
    return passing(input)
        .map(quantize -> exact.computeIfAbsent(quantize, this::source))
        .orElseGet(() -> renamed.getOrDefault(input, input));
  }

  /** What a QuantizeLinear rounds, within the bounds of its integers. */
  private String source(Node quantize) {
    String from = renamed.getOrDefault(quantize.inputs().get(0), quantize.inputs().get(0));
    return boundsOf(quantize).map(b -> bounded(from, b)).orElse(from);
  }

  /** What stands between integers and a DequantizeLinear that goes. */
  private Set<Node> behindUnneededConstants() {
    return graph.nodes().stream()
        .filter(node -> node.dequantizes() && !isNeeded(node))
        .flatMap(node -> StoredIntegers.of(graph, node).stream())
        .flatMap(stored -> stored.between().stream())
        .collect(Collectors.toSet());
  }

  private List<String> renamed(List<String> inputs) {
    return inputs.stream().map(i -> renamed.getOrDefault(i, i)).toList();
  }

  /** A node that rounds, or turns back, and is not wanted: its input goes on in its place. */
  private void drop(Node node) {
    String source =
        node.quantizes()
            ? source(node)
            : renamed.getOrDefault(node.inputs().get(0), node.inputs().get(0));
    if (graph.isOutput(node.output())) {
      rewriting.node("Identity", List.of(source), node.output(), Map.of());
    } else {
      renamed.put(node.output(), source);
    }
  }

  /**
   * ONNX Runtime's quantizer leaves out a Relu or Clip whose bounds are those of the integers; with
   * the rounding the bounds would go.
   */
  private Optional<Bounds> boundsOf(Node quantize) {
    String value = quantize.inputs().get(0);
    Optional<Node> producer = graph.producer(value);
    if (producer.filter(n -> SIGNED.contains(n.operator())).isEmpty()) {
      return Optional.empty();
    }
    return weights
        .bounds(value)
        .or(() -> weights.bounds(quantize.output().replaceAll(INTEGERS + "$", "")))
        .or(() -> Optional.of(Bounds.POSITIVE).filter(b -> startsAtZero(quantize)));
  }

  private boolean startsAtZero(Node quantize) {
    return quantize
        .input(2)
        .flatMap(graph::constant)
        .filter(z -> z.size() == 1 && z.longs()[0] == z.type().lowest())
        .isPresent();
  }

  private String bounded(String value, Bounds bounds) {
    String name = rewriting.freshName(value + "_bounded");
    // Clip took its bounds as attributes before.
    if (bounds.equals(Bounds.POSITIVE) || model.opset("") < 11) {
      return rewriting.node("Relu", List.of(value), name, Map.of());
    }
    String low =
        rewriting.initializer(
            rewriting.freshName(name + "_low"), Tensor.ofFloats(new long[0], bounds.low()));
    String high =
        rewriting.initializer(
            rewriting.freshName(name + "_high"), Tensor.ofFloats(new long[0], bounds.high()));
    return rewriting.node("Clip", List.of(value, low, high), name, Map.of());
  }

  private boolean isConstant(Node node) {
    String input = node.inputs().get(0);
    return graph.constant(input).isPresent()
        || node.dequantizes() && StoredIntegers.of(graph, node).isPresent()
        || graph.producer(input).filter(Node::quantizes).isPresent()
            && graph.constant(graph.producer(input).orElseThrow().inputs().get(0)).isPresent();
  }

  /** Whether a node that is not in float takes a constant. */
  private boolean isNeeded(Node node) {
    return graph.consumers(node.output()).stream()
        .anyMatch(c -> c.dequantizes() ? isNeeded(c) : !floats.containsKey(c));
  }

  private void writeFloat(Node node) {
    String name = floats.get(node);
    List<String> inputs = new ArrayList<>(node.inputs().stream().map(this::given).toList());
    Optional<Node> original =
        node.inputs().stream()
            .skip(1)
            .findFirst()
            .flatMap(of::constant)
            .flatMap(weight -> weights.counterpart(name, weight));
    for (int i = 0; i < inputs.size(); i++) {
      Optional<Tensor> constant = of.constant(node.inputs().get(i));
      if (constant.isPresent()) {
        int position = i;
        Tensor value =
            original
                .flatMap(o -> weights.value(o, position, factor(o, node, position), constant.get()))
                .orElse(constant.get());
        inputs.set(
            i, rewriting.initializer(rewriting.freshName(node.inputs().get(i) + "_float"), value));
      }
    }
    boolean dequantized = graph.producer(inputs.get(0)).filter(Node::dequantizes).isPresent();
    rewriting.copy(
        node,
        FloatShield.over(rewriting, node, inputs, dequantized ? Set.of(inputs.get(0)) : Set.of()),
        Set.of());
  }

  /** What the compressed model's Gemm leaves of the original's factors to the weights. */
  private static float factor(Node original, Node node, int position) {
    String attribute = position == 1 ? "alpha" : "beta";
    float theirs = original.is("Gemm") ? original.floatAttribute(attribute, 1) : 1;
    float ours = node.is("Gemm") ? node.floatAttribute(attribute, 1) : 1;
    return theirs / ours;
  }
}
