package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model's graph as computation: nodes in an order in which they can run, constants by name.
 * Constant nodes, and copies of constants by Identity, count as constants, not as nodes.
 */
public final class Graph {
  private final ValueInfo input;
  private final List<ValueInfo> outputs;
  private final ValueInfo output;
  private final List<Node> nodes;
  private final Map<String, Tensor> constants;
  private final Map<String, Node> producers = new LinkedHashMap<>();
  private final Map<String, List<Node>> consumers = new LinkedHashMap<>();

  private Graph(
      ValueInfo input,
      List<ValueInfo> outputs,
      ValueInfo output,
      List<Node> nodes,
      Map<String, Tensor> constants) {
    this.input = input;
    this.outputs = List.copyOf(outputs);
    this.output = output;
    this.nodes = List.copyOf(nodes);
    this.constants = Collections.unmodifiableMap(constants);
    for (Node node : nodes) {
      node.outputs().forEach(o -> producers.put(o, node));
      Stream.concat(node.inputs().stream(), NodeOrder.readsWithin(node.proto()).stream())
          .filter(i -> !i.isEmpty())
          .forEach(i -> consumers.computeIfAbsent(i, k -> new ArrayList<>()).add(node));
    }
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
    ValueInfo input =
        proto.getInputList().stream()
            .filter(i -> !constants.containsKey(i.getName()))
            .map(ValueInfo::of)
            .findFirst()
            .orElseThrow();
    List<ValueInfo> outputs = proto.getOutputList().stream().map(ValueInfo::of).toList();
    return new Graph(input, outputs, outputs.get(0), nodes, constants);
  }

  /** The same computation with another of its outputs for the scores. */
  Graph withOutput(ValueInfo other) {
    return other.equals(output) ? this : new Graph(input, outputs, other, nodes, constants);
  }

  /** The one input that is not a constant. */
  public ValueInfo input() {
    return input;
  }

  /** All outputs, in the model's order. */
  public List<ValueInfo> outputs() {
    return outputs;
  }

  /** Whether a value is one of the outputs. */
  public boolean isOutput(String value) {
    return outputs.stream().anyMatch(o -> o.name().equals(value));
  }

  /** The output that is read as scores of classes. */
  public ValueInfo output() {
    return output;
  }

  public List<Node> nodes() {
    return nodes;
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
