package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Layers of a model with QuantizeLinear and DequantizeLinear. A layer in float has float weights; a
 * value between layers is rounded as long as one of the layers that make or take it is not in
 * float, as integer kernels on either side need it so.
 */
final class QdqLayers extends CompressedLayers {
  /**
   * Operators that, like those that move numbers, leave nothing to round: a Dropout does nothing,
   * and a Relu or Clip puts out numbers of its input or a bound that integers hold.
   */
  private static final Set<String> CUTTING = Set.of("Dropout", "Relu", "Clip");

  /** What ONNX Runtime's quantizer adds to the name of a value for its integers. */
  private static final String INTEGERS = "_quantized";

  /** Operators that a Relu or Clip usually follows. */
  private static final Set<String> SIGNED = Set.of("Conv", "Gemm", "MatMul", "Add", "Mul");

  private final OnnxModel model;
  private final Graph graph;
  private final OriginalWeights weights;
  private final Map<String, Node> layers = new LinkedHashMap<>();
  private final Map<String, String> operators = new LinkedHashMap<>();

  /** A value that stands for all that are rounded together, by value. */
  private final Map<String, String> group = new HashMap<>();

  /**
   * @param model of the same function as {@code compressed}, in QDQ form
   */
  QdqLayers(OnnxModel compressed, OnnxModel model, OriginalWeights weights) {
    super(compressed);
    this.model = model;
    this.graph = model.graph();
    this.weights = weights;
    graph.nodes().stream().filter(this::joins).forEach(n -> join(n.inputs().get(0), n.output()));
    LayerNames.of(graph)
        .forEach(
            (node, name) -> {
              if (isLayer(node)) {
                layers.put(name, node);
                operators.put(name, node.operator());
              }
            });
  }

  @Override
  public Map<String, String> operators() {
    return operators;
  }

  /**
   * The layers that are computed up to each value that alone leads on to the scores: in float they
   * take no value that is rounded for integers, and give one.
   *
   * @return names of layers, each list with those of the list before; none holds all layers
   * @throws BadInputException if the original has no weights for a layer
   */
  List<List<String>> stretches() {
    Set<String> activations = new HashSet<>(Set.of(graph.input().name()));
    // The place of the last node that takes each value which was made so far.
    Map<String, Integer> lastUse = new HashMap<>();
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!node.is("Shape") && node.inputs().stream().anyMatch(activations::contains)) {
        activations.addAll(node.outputs());
        int place = i;
        node.inputs().stream()
            .filter(input -> activations.contains(input) && !joins(node))
            .forEach(input -> lastUse.put(root(input), place));
      }
    }
    graph.readOutputs().forEach(output -> lastUse.put(root(output.name()), nodes.size()));
    Map<Node, String> names = new HashMap<>();
    layers.forEach((name, node) -> names.put(node, name));
    Set<String> open = new HashSet<>(Set.of(root(graph.input().name())));
    List<String> computed = new ArrayList<>();
    List<List<String>> stretches = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.outputs().stream().noneMatch(activations::contains)) {
        continue;
      }
      if (names.containsKey(node)) {
        requireOriginal(names.get(node), node);
        computed.add(names.get(node));
      }
      node.outputs().forEach(output -> open.add(root(output)));
      int place = i;
      open.removeIf(value -> lastUse.getOrDefault(value, -1) <= place);
      boolean more =
          computed.size() > (stretches.isEmpty() ? 0 : stretches.get(stretches.size() - 1).size());
      if (open.size() == 1 && more && computed.size() < layers.size()) {
        stretches.add(List.copyOf(computed));
      }
    }
    return stretches;
  }

  /** Sets of layers to try in float, see {@link #floatUnits}. */
  List<Set<String>> units() {
    Set<Set<String>> units = new LinkedHashSet<>();
    layers.forEach(
        (name, node) -> {
          if (hasWeights(node)) {
            requireOriginal(name, node);
            units.add(Set.of(name));
          }
        });
    layers.forEach(
        (maker, made) ->
            layers.forEach(
                (taker, taking) -> {
                  if (!maker.equals(taker) && passes(made, taking)) {
                    units.add(Set.of(maker, taker));
                  }
                }));
    Set<String> before = Set.of();
    for (List<String> stretch : stretches()) {
      units.add(Set.copyOf(stretch));
      Set<String> between = new HashSet<>(stretch);
      between.removeAll(before);
      units.add(between);
      before = Set.copyOf(stretch);
    }
    return units.stream().map(Set::copyOf).toList();
  }

  /** Names of the layers that add two values which follow from the input. */
  List<String> sums() {
    return layers.entrySet().stream()
        .filter(layer -> layer.getValue().is("Add"))
        .filter(layer -> layer.getValue().inputs().stream().allMatch(i -> constant(i).isEmpty()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean hasWeights(Node node) {
    return node.input(1).flatMap(this::constant).isPresent();
  }

  private boolean passes(Node maker, Node taker) {
    return maker.outputs().stream()
        .anyMatch(out -> taker.inputs().stream().anyMatch(in -> root(in).equals(root(out))));
  }

  private void requireOriginal(String name, Node node) {
    Optional<Tensor> weight = node.input(1).flatMap(this::constant);
    if (weight.isPresent() && weights.counterpart(name, weight.get()).isEmpty()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has a layer '"
              + name
              + "' with weights that the original has not, expected a model that was quantized from"
              + " it, so that its layers can be computed in float");
    }
  }

  private boolean joins(Node node) {
    return node.quantizes()
        || node.dequantizes()
        || FloatShield.is(node)
        || node.movesNumbers()
        || node.domain().isEmpty() && CUTTING.contains(node.operator());
  }

  private void join(String a, String b) {
    group.put(root(b), root(a));
  }

  private String root(String value) {
    String at = value;
    while (group.containsKey(at) && !group.get(at).equals(at)) {
      at = group.get(at);
    }
    return at;
  }

  private boolean isLayer(Node node) {
    boolean takesFloatWeights =
        node.input(1)
            .flatMap(graph::constant)
            .filter(t -> t.type() == ElementType.FLOAT)
            .isPresent();
    return !joins(node)
        && !takesFloatWeights
        && node.inputs().stream()
            .anyMatch(i -> graph.producer(i).filter(Node::dequantizes).isPresent());
  }

  /** A constant that a DequantizeLinear makes, also of a float one that is rounded before. */
  private Optional<Tensor> constant(String value) {
    Optional<Node> dequantize = graph.producer(value).filter(Node::dequantizes);
    if (dequantize.isEmpty()) {
      return Optional.empty();
    }
    String integers = dequantize.get().inputs().get(0);
    Optional<Node> quantize = graph.producer(integers).filter(Node::quantizes);
    return quantize.isPresent()
        ? graph.constant(quantize.get().inputs().get(0))
        : StoredIntegers.of(graph, dequantize.get())
            .flatMap(stored -> graph.constant(stored.initializer()))
            .map(q -> QuantizedTensors.of(graph, dequantize.get()).dequantize(q));
  }

  @Override
  OnnxModel write(Set<String> floatLayers) {
    return new Writing(floatLayers, input -> Optional.empty()).write();
  }

  @Override
  OnnxModel writePassing(Set<String> floatLayers) {
    return new Writing(floatLayers, this::roundedFrom).write();
  }

  /** The QuantizeLinear that rounds a value which a layer takes out of a DequantizeLinear. */
  private Optional<Node> roundedFrom(String input) {
    return graph
        .producer(input)
        .filter(Node::dequantizes)
        .flatMap(node -> graph.producer(node.inputs().get(0)))
        .filter(Node::quantizes);
  }

  /** One model that is written. */
  private final class Writing {
    private final Map<Node, String> floats = new HashMap<>();
    private final Set<String> rounded = new HashSet<>();
    private final GraphRewriting rewriting = new GraphRewriting(model);
    private final Map<String, String> renamed = new HashMap<>();

    /** The QuantizeLinear that a layer in float may go round, by what it takes. */
    private final Function<String, Optional<Node>> passed;

    /** What a layer in float made, by the QuantizeLinear that others take it from. */
    private final Map<Node, String> exact = new HashMap<>();

    Writing(Set<String> floatLayers, Function<String, Optional<Node>> passed) {
      this.passed = passed;
      layers.forEach(
          (name, node) -> {
            if (floatLayers.contains(name)) {
              floats.put(node, name);
              return;
            }
            node.inputs().stream()
                .filter(i -> graph.producer(i).filter(Node::dequantizes).isPresent())
                .forEach(i -> rounded.add(root(i)));
            node.outputs().forEach(o -> rounded.add(root(o)));
          });
      // What no layer makes or takes is not for layers to say.
      Set<String> touched = new HashSet<>();
      layers
          .values()
          .forEach(
              node -> {
                node.inputs().forEach(i -> touched.add(root(i)));
                node.outputs().forEach(o -> touched.add(root(o)));
              });
      graph.nodes().stream()
          .filter(Node::quantizes)
          .map(n -> root(n.output()))
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
        } else if (rounded.contains(root(node.output()))) {
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
          .filter(quantize -> rounded.contains(root(input)))
          .filter(
              quantize -> maker(quantize.inputs().get(0)).filter(floats::containsKey).isPresent());
    }

    private Optional<Node> maker(String value) {
      Optional<Node> producer = graph.producer(value);
      return producer.isPresent()
              && producer.get().domain().isEmpty()
              && CUTTING.contains(producer.get().operator())
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
     * ONNX Runtime's quantizer leaves out a Relu or Clip whose bounds are those of the integers;
     * with the rounding the bounds would go.
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
              .flatMap(QdqLayers.this::constant)
              .flatMap(weight -> weights.counterpart(name, weight));
      for (int i = 0; i < inputs.size(); i++) {
        Optional<Tensor> constant = constant(node.inputs().get(i));
        if (constant.isPresent()) {
          int position = i;
          Tensor value =
              original
                  .flatMap(
                      o -> weights.value(o, position, factor(o, node, position), constant.get()))
                  .orElse(constant.get());
          inputs.set(
              i,
              rewriting.initializer(rewriting.freshName(node.inputs().get(i) + "_float"), value));
        }
      }
      boolean dequantized = graph.producer(inputs.get(0)).filter(Node::dequantizes).isPresent();
      rewriting.copy(
          node,
          FloatShield.over(rewriting, node, inputs, dequantized ? Set.of(inputs.get(0)) : Set.of()),
          Set.of());
    }
  }

  /** What the compressed model's Gemm leaves of the original's factors to the weights. */
  private static float factor(Node original, Node node, int position) {
    String attribute = position == 1 ? "alpha" : "beta";
    float theirs = original.is("Gemm") ? original.floatAttribute(attribute, 1) : 1;
    float ours = node.is("Gemm") ? node.floatAttribute(attribute, 1) : 1;
    return theirs / ours;
  }
}
