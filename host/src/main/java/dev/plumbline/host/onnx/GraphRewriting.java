package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the nodes of a model anew, in the order of the calls. What is not touched keeps its bytes:
 * opset, metadata, inputs, outputs and the attributes of nodes. Initializers that nothing takes any
 * more are dropped.
 */
public final class GraphRewriting {
  private static final String RUNTIME_DOMAIN = "com.microsoft";

  private final OnnxModel model;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> added = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Tensor> renewed = new HashMap<>();
  private boolean usesRuntimeDomain;
  private int constantsUpTo;

  public GraphRewriting(OnnxModel model) {
    this.model = model.inlined();
    GraphProto graph = this.model.proto().getGraph();
    graph.getInputList().forEach(i -> names.add(i.getName()));
    graph.getInitializerList().forEach(i -> names.add(i.getName()));
    graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
  }

  /** A name for a value that no other value has; {@code wanted}, or that with a number. */
  public String freshName(String wanted) {
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /**
   * Adds an initializer.
   *
   * @param name from {@link #freshName}
   * @return {@code name}
   */
  public String initializer(String name, Tensor value) {
    added.add(value.toProto(name));
    return name;
  }

  /**
   * Adds a node, called as its output.
   *
   * @param output from {@link #freshName}
   * @param attributes as of {@link GraphBuilder#node}
   * @return {@code output}
   */
  public String node(
      String operator, List<String> inputs, String output, Map<String, Object> attributes) {
    nodes.add(GraphBuilder.nodeOf(operator, output, inputs, output, attributes));
    return output;
  }

  /** As {@link #node}, of a node with several outputs, called as the first. */
  public void node(String operator, List<String> inputs, List<String> outputs) {
    String name = outputs.get(0);
    nodes.add(
        GraphBuilder.nodeOf(operator, name, inputs, name, Map.of()).toBuilder()
            .clearOutput()
            .addAllOutput(outputs)
            .build());
  }

  /**
   * Adds a node of the model, after the constants that stand before it.
   *
   * @param inputs in place of the node's own
   * @param withoutAttributes attributes to leave out, so that they take their defaults
   */
  public void copy(Node node, List<String> inputs, Set<String> withoutAttributes) {
    constantsBefore(node);
    NodeProto.Builder copy = node.proto().toBuilder().clearInput().addAllInput(inputs);
    copy.clearAttribute();
    for (AttributeProto attribute : node.proto().getAttributeList()) {
      if (!withoutAttributes.contains(attribute.getName())) {
        copy.addAttribute(attribute);
      }
    }
    nodes.add(copy.build());
  }

  /** As {@link #copy}, as ONNX Runtime's own operator of the same name, which takes more types. */
  public void copyAsRuntimes(Node node, List<String> inputs) {
    copy(node, inputs, Set.of());
    int last = nodes.size() - 1;
    nodes.set(last, nodes.get(last).toBuilder().setDomain(RUNTIME_DOMAIN).build());
    usesRuntimeDomain = true;
  }

  /**
   * Adds an operator of ONNX's own with name and attributes of a node of the model.
   *
   * @param output the one value that it makes; may be a name of the model's
   */
  public void copyAs(Node node, String operator, List<String> inputs, String output) {
    constantsBefore(node);
    NodeProto.Builder copy = node.as(operator, inputs).proto().toBuilder();
    copy.clearOutput().addOutput(output);
    for (int i = copy.getAttributeCount() - 1; i >= 0; i--) {
      // ONNX Runtime's own attribute, which pools of floats do not know.
      if (copy.getAttribute(i).getName().equals("channels_last")) {
        copy.removeAttribute(i);
      }
    }
    nodes.add(copy.build());
  }

  /** As {@link #copyAs}, with the node's name alone and none of its attributes. */
  public void nodeOf(Node node, String operator, List<String> inputs, String output) {
    constantsBefore(node);
    nodes.add(
        GraphBuilder.nodeOf(operator, output, inputs, output, Map.of()).toBuilder()
            .setName(node.proto().getName())
            .build());
  }

  /** Names the node that was added last. */
  void rename(String name) {
    int last = nodes.size() - 1;
    nodes.set(last, nodes.get(last).toBuilder().setName(name).build());
  }

  private void constantsBefore(Node node) {
    constantsUpTo(node.index());
  }

  private void constantsUpTo(int end) {
    List<NodeProto> all = model.proto().getGraph().getNodeList();
    for (; constantsUpTo < end; constantsUpTo++) {
      if (isConstant(all.get(constantsUpTo))) {
        nodes.add(all.get(constantsUpTo));
      }
    }
  }

  /**
   * As {@link #copy}, with other values for some attributes.
   *
   * @param attributes as of {@link GraphBuilder#node}
   */
  public void copyWith(Node node, List<String> inputs, Map<String, Object> attributes) {
    copy(node, inputs, attributes.keySet());
    int last = nodes.size() - 1;
    nodes.set(
        last,
        nodes.get(last).toBuilder()
            .addAllAttribute(
                GraphBuilder.nodeOf("", "", List.of(), "", attributes).getAttributeList())
            .build());
  }

  /**
   * Gives a constant of the model another value, of any dimensions. What the model says of the
   * dimensions of its values is dropped then.
   *
   * @param constant name of one of {@link Graph#constants}
   */
  public void renew(String constant, Tensor value) {
    renewed.put(constant, value);
  }

  /** ONNX Runtime refuses two nodes of one name; the first keeps it. */
  private static NodeProto withNameOfItsOwn(NodeProto node, Set<String> taken) {
    String name = node.getName();
    for (int i = 2; !name.isEmpty() && !taken.add(name); i++) {
      name = node.getName() + "_" + i;
    }
    return name.equals(node.getName()) ? node : node.toBuilder().setName(name).build();
  }

  /** Whether a node of the model only holds a constant or copies one. */
  private boolean isConstant(NodeProto node) {
    return node.getOutputCount() > 0 && model.graph().constant(node.getOutput(0)).isPresent();
  }

  /** The checked model of what was added. */
  public OnnxModel build() {
    constantsUpTo(model.proto().getGraph().getNodeCount());
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    graph.clearNode().addAllNode(nodes).addAllInitializer(added);
    if (!renewed.isEmpty()) {
      graph.clearValueInfo();
      Constants.write(graph, renewed);
    }
    UnusedConstants.drop(graph);
    Set<String> nodeNames = new HashSet<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      graph.setNode(i, withNameOfItsOwn(graph.getNode(i), nodeNames));
    }
    ModelProto.Builder built = model.proto().toBuilder().setGraph(graph);
    if (usesRuntimeDomain && model.opset(RUNTIME_DOMAIN) == 0) {
      built.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(RUNTIME_DOMAIN).setVersion(1));
    }
    return OnnxModel.of(model.name(), built.build());
  }
}
