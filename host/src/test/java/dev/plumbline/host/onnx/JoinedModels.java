package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Models with more nodes behind their one output, as an exporter would have written them. */
public final class JoinedModels {
  private JoinedModels() {}

  /**
   * A model with another one behind it.
   *
   * @param end whose input takes the model's output
   */
  public static OnnxModel of(Path model, Path end) {
    ModelProto first = OnnxModel.read(model).proto();
    GraphProto second = OnnxModel.read(end).proto().getGraph();
    String joint = second.getInput(0).getName();
    String output = first.getGraph().getOutput(0).getName();
    List<String> outputs = second.getOutputList().stream().map(ValueInfoProto::getName).toList();
    GraphProto.Builder graph =
        renamed(first.getGraph(), name -> name.equals(output) ? joint : name).toBuilder();
    GraphProto behind =
        renamed(
            second, name -> name.equals(joint) || outputs.contains(name) ? name : "end/" + name);
    graph.addAllNode(behind.getNodeList()).addAllInitializer(behind.getInitializerList());
    graph.clearOutput().addAllOutput(second.getOutputList());
    return OnnxModel.of("joined.onnx", first.toBuilder().setGraph(graph).build());
  }

  /** A model with a node behind it, whose output is the only one. */
  public static OnnxModel of(
      Path model, String operator, Map<String, Object> attributes, ValueInfoProto output) {
    ModelProto first = OnnxModel.read(model).proto();
    String from = first.getGraph().getOutput(0).getName();
    NodeProto node =
        GraphBuilder.nodeOf(operator, "end", List.of(from), output.getName(), attributes);
    GraphProto.Builder graph = first.getGraph().toBuilder().addNode(node);
    graph.clearOutput().addOutput(output);
    return OnnxModel.of("joined.onnx", first.toBuilder().setGraph(graph).build());
  }

  private static GraphProto renamed(GraphProto graph, UnaryOperator<String> names) {
    GraphProto.Builder made = graph.toBuilder().clearNode().clearInitializer().clearOutput();
    graph.getNodeList().forEach(node -> made.addNode(renamed(node, names)));
    for (TensorProto tensor : graph.getInitializerList()) {
      made.addInitializer(tensor.toBuilder().setName(names.apply(tensor.getName())));
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      made.addOutput(output.toBuilder().setName(names.apply(output.getName())));
    }
    return made.build();
  }

  private static NodeProto renamed(NodeProto node, UnaryOperator<String> names) {
    UnaryOperator<String> present = name -> name.isEmpty() ? name : names.apply(name);
    NodeProto.Builder made =
        node.toBuilder().clearName().clearInput().clearOutput().clearAttribute();
    node.getInputList().forEach(name -> made.addInput(present.apply(name)));
    node.getOutputList().forEach(name -> made.addOutput(present.apply(name)));
    for (AttributeProto attribute : node.getAttributeList()) {
      AttributeProto.Builder copy = attribute.toBuilder();
      if (attribute.hasG()) {
        copy.setG(renamed(attribute.getG(), names));
      }
      made.addAttribute(copy);
    }
    return made.build();
  }
}
