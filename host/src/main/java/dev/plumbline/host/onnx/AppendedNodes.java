package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Nodes that are added after the last node of a model. Everything that the model has keeps its
 * place and its name: its outputs stay the first ones.
 */
public final class AppendedNodes {
  /** Begins the names of all added values, so that they meet no name of the model's. */
  private static final String PREFIX = "plumbline_";

  private final OnnxModel model;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * @param model its reading goes into the metadata of what is built
   */
  public AppendedNodes(OnnxModel model) {
    this.model = model;
    GraphProto graph = model.proto().getGraph();
    graph.getInputList().forEach(i -> names.add(i.getName()));
    graph.getInitializerList().forEach(i -> names.add(i.getName()));
    graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
  }

  /** The model that nodes are added to. */
  public OnnxModel model() {
    return model;
  }

  /** Version of ONNX's own operators in the model. */
  public int opset() {
    return model.opset("");
  }

  /**
   * Adds a node.
   *
   * @param attributes as of {@link GraphBuilder#node}
   * @return the name of its output
   */
  public String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    String output = fresh(operator);
    nodes.add(GraphBuilder.nodeOf(operator, output, inputs, output, attributes));
    return output;
  }

  /**
   * Adds a constant, as a node: graphs of old versions list each initializer among their inputs.
   */
  public String constant(Tensor value) {
    return node("Constant", List.of(), Map.of("value", value));
  }

  /**
   * Adds TopK of two dimensions along the second.
   *
   * @return the values, the largest first
   */
  public String largest(String rows, int count) {
    boolean counted = opset() >= 10;
    String values =
        counted
            ? node("TopK", List.of(rows, constant(Tensor.ofLongs(new long[] {1}, count))), Map.of())
            : node("TopK", List.of(rows), Map.of("k", count));
    int last = nodes.size() - 1;
    nodes.set(last, nodes.get(last).toBuilder().addOutput(fresh("TopK")).build());
    return values;
  }

  /** Adds a cast. */
  public String cast(String value, ElementType type) {
    return node("Cast", List.of(value), Map.of("to", type.onnxNumber()));
  }

  private String fresh(String operator) {
    String name = PREFIX + operator.toLowerCase(Locale.ROOT);
    String tried = name;
    for (int i = 2; !names.add(tried); i++) {
      tried = name + "_" + i;
    }
    return tried;
  }

  /**
   * The model with the nodes, and one of their values as its last output.
   *
   * @param value one of the added values, of one dimension: a number for each input
   * @param output the name that it is to have
   * @throws BadInputException if the model has a value of that name
   */
  public OnnxModel withOutput(String value, String output, ElementType type) {
    if (names.contains(output)) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has a value "
              + output
              + " already, expected a model without it to add an output of that name");
    }
    GraphProto.Builder graph = model.proto().getGraph().toBuilder().addAllNode(nodes);
    graph.addNode(GraphBuilder.nodeOf("Identity", output, List.of(value), output, Map.of()));
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(output)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder()
                            .setElemType(type.onnxNumber())
                            .setShape(TensorShapeProto.newBuilder().addDim(batch())))));
    return OnnxModel.of(model.name(), model.proto().toBuilder().setGraph(graph).build());
  }

  private Dimension batch() {
    int fixed = model.graph().input().fixedBatch();
    Dimension.Builder dimension = Dimension.newBuilder();
    return fixed > 0
        ? dimension.setDimValue(fixed).build()
        : dimension.setDimParam(PREFIX + "inputs").build();
  }
}
