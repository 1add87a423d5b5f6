package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The nodes of a graph in the next opset, in the making: used once per opset. */
final class RaisedGraph {
  private final GraphProto.Builder graph;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Tensor> constants;
  private final Map<String, Node> producers = new HashMap<>();

  RaisedGraph(GraphProto.Builder graph) {
    this.graph = graph;
    this.constants = Constants.read(graph);
    graph.getInputList().forEach(i -> names.add(i.getName()));
    names.addAll(constants.keySet());
    for (NodeProto proto : graph.getNodeList()) {
      Node node = new Node(proto, 0);
      names.addAll(node.outputs());
      taken.addAll(node.inputs());
      node.outputs().forEach(o -> producers.put(o, node));
    }
    graph.getOutputList().forEach(o -> taken.add(o.getName()));
  }

  /** Adds a node. */
  void add(NodeProto node) {
    nodes.add(node);
  }

  /**
   * Adds a node with one output.
   *
   * @param attributes as of {@link GraphBuilder#node}
   * @return {@code output}
   */
  String add(String operator, List<String> inputs, String output, Map<String, Object> attributes) {
    nodes.add(GraphBuilder.nodeOf(operator, output, inputs, output, attributes));
    return output;
  }

  /** A name that no other value has; {@code wanted}, or that with a number. */
  String freshName(String wanted) {
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Adds an initializer for an input of a node, and names it. */
  String initializer(Node node, String what, Tensor value) {
    String name = freshName(node.outputs().get(0) + "_" + what);
    graph.addInitializer(value.toProto(name));
    return name;
  }

  /** The value of a constant, null if it is computed. */
  Tensor constant(String name) {
    return constants.get(name);
  }

  /** Whether anything takes an output of a node. */
  boolean takes(String value) {
    return taken.contains(value);
  }

  /** Number of axes of a value, where the graph tells it without computing. */
  OptionalInt rank(String value) {
    if (constants.containsKey(value)) {
      return OptionalInt.of(constants.get(value).dims().length);
    }
    for (List<ValueInfoProto> declared : List.of(graph.getInputList(), graph.getOutputList())) {
      for (ValueInfoProto info : declared) {
        TensorShapeProto shape = info.getType().getTensorType().getShape();
        if (info.getName().equals(value) && info.getType().getTensorType().hasShape()) {
          return OptionalInt.of(shape.getDimCount());
        }
      }
    }
    Node producer = producers.get(value);
    if (producer == null) {
      return OptionalInt.empty();
    }
    return switch (producer.operator()) {
      case "Gemm", "Flatten" -> OptionalInt.of(2);
      case "Add", "Identity", "Relu", "Dropout" -> rank(producer.inputs().get(0));
      default -> OptionalInt.empty();
    };
  }

  /** Puts the nodes into the graph. */
  void finish() {
    graph.clearNode().addAllNode(nodes);
  }
}
