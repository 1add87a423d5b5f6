package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model's graph as computation: nodes in an order in which they can run, constants by name.
 * Constant nodes, and copies of constants by Identity, count as constants, not as nodes.
 */
public final class Graph {
  private final List<ValueInfo> inputs;
  private final Map<String, Tensor> fixed;
  private final ValueInfo input;
  private final List<ValueInfo> outputs;
  private final List<ValueInfo> read;
  private final List<Node> nodes;
  private final List<Node> scoreNodes;
  private final Map<String, Tensor> constants;
  private final Map<String, Node> producers = new LinkedHashMap<>();
  private final Map<String, List<Node>> consumers = new LinkedHashMap<>();

  private Graph(
      List<ValueInfo> inputs,
      Map<String, Tensor> fixed,
      List<ValueInfo> outputs,
      List<ValueInfo> read,
      List<Node> nodes,
      Map<String, Tensor> constants) {
    this.inputs = List.copyOf(inputs);
    this.fixed = Collections.unmodifiableMap(fixed);
    this.input = free().get(0);
    this.outputs = List.copyOf(outputs);
    this.read = List.copyOf(read);
    this.nodes = List.copyOf(nodes);
    this.constants = Collections.unmodifiableMap(constants);
    for (Node node : nodes) {
      node.outputs().forEach(o -> producers.put(o, node));
      reads(node).forEach(i -> consumers.computeIfAbsent(i, k -> new ArrayList<>()).add(node));
    }
    this.scoreNodes = ancestors(read.stream().map(ValueInfo::name).toList());
  }

  /** Names of the values that a node and its subgraphs read. */
  private static Stream<String> reads(Node node) {
    return Stream.concat(node.inputs().stream(), NodeOrder.readsWithin(node.proto()).stream())
        .filter(name -> !name.isEmpty());
  }

  private List<Node> ancestors(List<String> values) {
    Set<String> wanted = new HashSet<>(values);
    Deque<Node> found = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(wanted::contains)) {
        found.addFirst(node);
        reads(node).forEach(wanted::add);
      }
    }
    return List.copyOf(found);
  }

  /** The view of a graph that {@link ModelCheck} has passed. */
  static Graph of(GraphProto proto) {
    Map<String, Tensor> constants = Constants.read(proto);
    List<Node> nodes = new ArrayList<>();
    int index = 0;
    for (NodeProto nodeProto : proto.getNodeList()) {
      Node node = new Node(nodeProto, index++);
      if (node.outputs().isEmpty() || !constants.containsKey(node.output())) {
        nodes.add(node);
      }
    }
    Set<String> initializers = Constants.names(proto);
    List<ValueInfo> inputs =
        proto.getInputList().stream()
            .filter(i -> !initializers.contains(i.getName()))
            .map(ValueInfo::of)
            .toList();
    List<ValueInfo> outputs = proto.getOutputList().stream().map(ValueInfo::of).toList();
    return new Graph(inputs, Map.of(), outputs, outputs.subList(0, 1), nodes, constants);
  }

  /**
   * The same computation with some inputs fixed.
   *
   * @param values by name of the input; not all inputs
   */
  Graph withFixed(Map<String, Tensor> values) {
    return new Graph(inputs, values, outputs, read, nodes, constants);
  }

  /** The same computation with another of its outputs for the scores. */
  Graph withOutput(ValueInfo other) {
    return withOutputs(List.of(other));
  }

  /**
   * The same computation with others of its outputs read.
   *
   * @param others at least one
   */
  Graph withOutputs(List<ValueInfo> others) {
    return others.equals(read) ? this : new Graph(inputs, fixed, outputs, others, nodes, constants);
  }

  /** The input that data go to: the first one that is neither a constant nor fixed. */
  public ValueInfo input() {
    return input;
  }

  /** All inputs that are no constants, in the model's order; fixed ones too. */
  public List<ValueInfo> inputs() {
    return inputs;
  }

  /** What is given to the inputs that are the same in every run, by name. */
  public Map<String, Tensor> fixedInputs() {
    return fixed;
  }

  /** Inputs that nothing is known of but that they are there: one, in a model that can be run. */
  List<ValueInfo> free() {
    return inputs.stream().filter(i -> !fixed.containsKey(i.name())).toList();
  }

  /** All outputs, in the model's order. */
  public List<ValueInfo> outputs() {
    return outputs;
  }

  /** Whether a value is one of the outputs. */
  public boolean isOutput(String value) {
    return outputs.stream().anyMatch(o -> o.name().equals(value));
  }

  /** The output that is read as scores of classes; the first of several that are read. */
  public ValueInfo output() {
    return read.get(0);
  }

  /** The outputs that are read, at least one. */
  public List<ValueInfo> readOutputs() {
    return read;
  }

  /** Whether a value is one of the outputs that are read. */
  public boolean isRead(String value) {
    return read.stream().anyMatch(o -> o.name().equals(value));
  }

  public List<Node> nodes() {
    return nodes;
  }

  /**
   * The nodes that what is read is computed from, in order. Others make outputs that are not read:
   * they need not be computed, and stay as they are in what is written.
   */
  public List<Node> scoreNodes() {
    return scoreNodes;
  }

  /**
   * Whether ranges of activations are found while the model runs. ONNX takes them over the whole
   * batch, so that a picture's logits depend on its neighbours; on a device pictures come one by
   * one, and such a model is run picture by picture everywhere.
   */
  public boolean quantizesDynamically() {
    return nodes.stream().anyMatch(node -> node.operator().startsWith("DynamicQuantize"));
  }

  /** Initializers, Constant nodes and copies of them by name. */
  public Map<String, Tensor> constants() {
    return constants;
  }

  public Optional<Tensor> constant(String name) {
    return Optional.ofNullable(constants.get(name));
  }

  /** The node that makes a value; none for the graph's input and for constants. */
  public Optional<Node> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The nodes that take a value, in order. */
  public List<Node> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }
}
