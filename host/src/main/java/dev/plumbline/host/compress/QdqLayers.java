package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
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
  static final Set<String> CUTTING = Set.of("Dropout", "Relu", "Clip");

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

  String root(String value) {
    String at = value;
    while (group.containsKey(at) && !group.get(at).equals(at)) {
      at = group.get(at);
    }
    return at;
  }

  /** Nodes that are layers, by name. */
  Map<String, Node> layers() {
    return layers;
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
  Optional<Tensor> constant(String value) {
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
    return new MixedPrecisionWriting(this, model, weights, floatLayers, input -> Optional.empty())
        .write();
  }

  @Override
  OnnxModel writePassing(Set<String> floatLayers) {
    return new MixedPrecisionWriting(this, model, weights, floatLayers, this::roundedFrom).write();
  }

  /** The QuantizeLinear that rounds a value which a layer takes out of a DequantizeLinear. */
  private Optional<Node> roundedFrom(String input) {
    return graph
        .producer(input)
        .filter(Node::dequantizes)
        .flatMap(node -> graph.producer(node.inputs().get(0)))
        .filter(Node::quantizes);
  }
}
