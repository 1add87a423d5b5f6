package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.GraphProtoOrBuilder;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The constants of a graph, by name: its initializers, also those that old models declare among the
 * inputs, what Constant nodes put out, and copies of constants by Identity, which exporters write
 * where two constants are equal. Whatever reads a constant, or gives one another value, does it
 * here, so that the same network is treated alike whichever way its tool writes it.
 */
final class Constants {
  private static final String CONSTANT = "Constant";

  private Constants() {}

  /**
   * All constants of a graph that {@link ModelCheck} has passed, in the order of computation; not
   * strings.
   */
  static Map<String, Tensor> read(GraphProtoOrBuilder graph) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (TensorProto initializer : graph.getInitializerList()) {
      if (!isText(initializer)) {
        constants.put(initializer.getName(), Tensor.of(initializer));
      }
    }
    for (NodeProto proto : graph.getNodeList()) {
      Node node = new Node(proto, 0);
      if (node.is(CONSTANT) && !isText(node)) {
        constants.put(node.output(), valueOf(node));
      } else if (copies(node, constants.keySet())) {
        constants.put(node.output(), constants.get(node.inputs().get(0)));
      }
    }
    return constants;
  }

  /** Names of all constants of a graph. */
  static Set<String> names(GraphProtoOrBuilder graph) {
    Set<String> names = new HashSet<>();
    graph.getInitializerList().forEach(initializer -> names.add(initializer.getName()));
    for (NodeProto proto : graph.getNodeList()) {
      Node node = new Node(proto, 0);
      if (node.is(CONSTANT) || copies(node, names)) {
        names.add(node.output());
      }
    }
    return names;
  }

  /** Whether a tensor holds strings, such as names of classes: no scores are computed from them. */
  static boolean isText(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.STRING_VALUE;
  }

  private static boolean isText(Node constant) {
    return constant.proto().getAttributeList().stream()
        .anyMatch(a -> a.getName().startsWith("value_string") || a.hasT() && isText(a.getT()));
  }

  private static boolean copies(Node node, Set<String> constants) {
    return node.is("Identity") && node.input(0).filter(constants::contains).isPresent();
  }

  private static Tensor valueOf(Node node) {
    return node.tensorAttribute("value")
        .or(
            () ->
                node.hasAttribute("value_float")
                    ? Optional.of(
                        Tensor.ofFloats(new long[0], node.floatAttribute("value_float", 0)))
                    : Optional.empty())
        .or(
            () ->
                node.hasAttribute("value_int")
                    ? Optional.of(Tensor.ofLongs(new long[0], node.intAttribute("value_int", 0)))
                    : Optional.empty())
        .or(
            () ->
                node.intsAttribute("value_ints").map(v -> Tensor.ofLongs(new long[] {v.length}, v)))
        .or(
            () ->
                node.floatsAttribute("value_floats")
                    .map(v -> Tensor.ofFloats(new long[] {v.length}, v)))
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "node " + node.name() + " is a Constant without a numeric value"));
  }

  /**
   * Gives constants other values, of any dimensions, wherever they stand. Copies of a constant keep
   * the value that they have unless they are named themselves.
   *
   * @param values by name; names of other things than constants are passed over
   */
  static void write(GraphProto.Builder graph, Map<String, Tensor> values) {
    Map<String, Tensor> before = read(graph);
    Set<String> changed = new HashSet<>();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      String name = graph.getInitializer(i).getName();
      if (values.containsKey(name)) {
        graph.setInitializer(i, values.get(name).toProto(name));
        changed.add(name);
      }
    }
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOutputCount() == 0 || !before.containsKey(node.getOutput(0))) {
        continue;
      }
      String name = node.getOutput(0);
      boolean copiesChanged = node.getInputCount() > 0 && changed.contains(node.getInput(0));
      if (values.containsKey(name) || copiesChanged) {
        put(node, values.getOrDefault(name, before.get(name)));
        changed.add(name);
      }
    }
    // Dimensions that are declared may not be those of the new values.
    graph.getInputBuilderList().stream()
        .filter(input -> values.containsKey(input.getName()))
        .filter(input -> !sameDims(values.get(input.getName()), before.get(input.getName())))
        .forEach(input -> input.getTypeBuilder().getTensorTypeBuilder().clearShape());
  }

  private static boolean sameDims(Tensor a, Tensor b) {
    return b != null && Arrays.equals(a.dims(), b.dims());
  }

  /** Makes a node the Constant node of a value, whatever form it had. */
  private static void put(NodeProto.Builder node, Tensor value) {
    node.setOpType(CONSTANT)
        .clearInput()
        .clearAttribute()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeType.TENSOR)
                .setT(value.toProto("")));
  }
}
