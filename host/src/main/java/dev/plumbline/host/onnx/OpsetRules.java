package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What changed in ONNX's operators from opset 7 to 13 such that a node of the older version is no
 * node of the newer one, or another function; from ONNX's change log. Operators that are not named
 * took more types, more axes or more attributes, and nothing else.
 */
final class OpsetRules {
  /** Brings a node of the opset before to that of the rule. */
  @FunctionalInterface
  interface Rule {
    /**
     * Adds what takes the node's place.
     *
     * @throws UnsupportedNodeException saying what about the node has no newer form
     */
    void raise(Node node, RaisedGraph graph);
  }

  private record Change(String operator, int opset) {}

  private static final Rule SAME = (node, graph) -> graph.add(node.proto());

  private static final Map<Change, Rule> RULES = new HashMap<>();

  static {
    on(9, OpsetRules::spatial, "BatchNormalization");
    on(9, OpsetRules::upsample, "Upsample");
    on(10, (node, graph) -> graph.add(renamed(node, "Resize")), "Upsample");
    on(10, OpsetRules::slice, "Slice");
    on(10, OpsetRules::topK, "TopK");
    on(10, OpsetRules::maskless, "Dropout");
    on(11, OpsetRules::clip, "Clip");
    on(11, OpsetRules::pad, "Pad");
    on(11, OpsetRules::resize, "Resize");
    on(11, (node, graph) -> graph.add(renamed(node, "ScatterElements")), "Scatter");
    on(12, (node, graph) -> graph.add(withInputs(node, node.inputs(), "ratio")), "Dropout");
    on(13, list("axes"), "Squeeze", "Unsqueeze", "ReduceSum");
    on(13, list("split"), "Split");
    on(13, OpsetRules::oneAxis, "Softmax", "LogSoftmax", "Hardmax");
  }

  private OpsetRules() {}

  private static void on(int opset, Rule rule, String... operators) {
    Arrays.stream(operators).forEach(operator -> RULES.put(new Change(operator, opset), rule));
  }

  /** The rule of a node for the step to an opset; the node as it is where nothing changed. */
  static Rule of(Node node, int opset) {
    return node.domain().isEmpty()
        ? RULES.getOrDefault(new Change(node.operator(), opset), SAME)
        : SAME;
  }

  private static NodeProto renamed(Node node, String operator) {
    return node.proto().toBuilder().setOpType(operator).build();
  }

  private static NodeProto withInputs(Node node, List<String> inputs, String... dropped) {
    NodeProto.Builder builder = node.proto().toBuilder().clearInput().addAllInput(inputs);
    for (int i = builder.getAttributeCount() - 1; i >= 0; i--) {
      if (List.of(dropped).contains(builder.getAttribute(i).getName())) {
        builder.removeAttribute(i);
      }
    }
    return builder.build();
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(new long[] {values.length}, values);
  }

  private static String first(Node node) {
    return node.inputs().get(0);
  }

  /** Parameters of a normalisation are per channel since 9. */
  private static void spatial(Node node, RaisedGraph graph) {
    if (node.intAttribute("spatial", 1) != 1) {
      throw new UnsupportedNodeException("spatial is 0, and parameters are per channel since");
    }
    graph.add(withInputs(node, node.inputs(), "spatial"));
  }

  private static void upsample(Node node, RaisedGraph graph) {
    float[] scales =
        node.floatsAttribute("scales")
            .orElseThrow(() -> new UnsupportedNodeException("it has no scales"));
    String input =
        graph.initializer(node, "scales", Tensor.ofFloats(new long[] {scales.length}, scales));
    graph.add(withInputs(node, List.of(first(node), input), "scales"));
  }

  private static void slice(Node node, RaisedGraph graph) {
    List<String> inputs = new ArrayList<>(List.of(first(node)));
    for (String name : List.of("starts", "ends", "axes")) {
      Optional<long[]> values = node.intsAttribute(name);
      if (values.isPresent()) {
        inputs.add(graph.initializer(node, name, longs(values.get())));
      } else if (!name.equals("axes")) {
        throw new UnsupportedNodeException("it has no " + name);
      }
    }
    graph.add(withInputs(node, inputs, "starts", "ends", "axes"));
  }

  private static void topK(Node node, RaisedGraph graph) {
    if (!node.hasAttribute("k")) {
      throw new UnsupportedNodeException("it has no k");
    }
    String k = graph.initializer(node, "k", longs(node.intAttribute("k", 0)));
    graph.add(withInputs(node, List.of(first(node), k), "k"));
  }

  /** The mask was of floats. */
  private static void maskless(Node node, RaisedGraph graph) {
    if (node.outputs().size() > 1 && graph.takes(node.outputs().get(1))) {
      throw new UnsupportedNodeException("its mask is taken, which is of another type since");
    }
    graph.add(node.proto());
  }

  private static void clip(Node node, RaisedGraph graph) {
    List<String> inputs = new ArrayList<>(List.of(first(node)));
    for (String name : List.of("min", "max")) {
      inputs.add(
          node.hasAttribute(name)
              ? graph.initializer(
                  node, name, Tensor.ofFloats(new long[0], node.floatAttribute(name, 0)))
              : "");
    }
    while (inputs.get(inputs.size() - 1).isEmpty()) {
      inputs.remove(inputs.size() - 1);
    }
    graph.add(withInputs(node, inputs, "min", "max"));
  }

  private static void pad(Node node, RaisedGraph graph) {
    long[] pads =
        node.intsAttribute("pads")
            .orElseThrow(() -> new UnsupportedNodeException("it has no pads"));
    List<String> inputs =
        new ArrayList<>(List.of(first(node), graph.initializer(node, "pads", longs(pads))));
    if (node.hasAttribute("value")) {
      inputs.add(
          graph.initializer(
              node, "value", Tensor.ofFloats(new long[0], node.floatAttribute("value", 0))));
    }
    graph.add(withInputs(node, inputs, "pads", "value"));
  }

  /** Before 11, Resize had one way to say which pixel is where; its nearest was ONNX Runtime's. */
  private static void resize(Node node, RaisedGraph graph) {
    Tensor scales = graph.constant(node.inputs().get(1));
    boolean nearest = node.stringAttribute("mode", "nearest").equals("nearest");
    boolean shrinks = false;
    if (nearest) {
      if (scales == null) {
        throw new UnsupportedNodeException("its scales are computed");
      }
      boolean grows = false;
      for (float scale : scales.floats()) {
        shrinks |= scale < 1;
        grows |= scale > 1;
      }
      if (shrinks && grows) {
        throw new UnsupportedNodeException("it grows one axis and shrinks another");
      }
    }
    String noRegion = graph.initializer(node, "roi", Tensor.ofFloats(new long[] {0}));
    NodeProto.Builder raised =
        withInputs(node, List.of(first(node), noRegion, node.inputs().get(1))).toBuilder();
    Map<String, Object> attributes =
        nearest
            ? Map.of(
                "coordinate_transformation_mode",
                "asymmetric",
                "nearest_mode",
                shrinks ? "ceil" : "floor")
            : Map.of("coordinate_transformation_mode", "asymmetric");
    raised.addAllAttribute(
        GraphBuilder.nodeOf("", "", List.of(), "", attributes).getAttributeList());
    graph.add(raised.build());
  }

  /** A list of whole numbers that is an input since; without it, the operator finds it itself. */
  private static Rule list(String name) {
    return (node, graph) -> {
      Optional<long[]> values = node.intsAttribute(name);
      if (values.isEmpty()) {
        graph.add(node.proto());
        return;
      }
      String input = graph.initializer(node, name, longs(values.get()));
      graph.add(withInputs(node, List.of(first(node), input), name));
    };
  }

  /** Before 13, all axes from the named one on were taken together, and the default was 1. */
  private static void oneAxis(Node node, RaisedGraph graph) {
    long axis = node.intAttribute("axis", 1);
    OptionalInt rank = graph.rank(first(node));
    if (rank.isEmpty()) {
      rank = graph.rank(node.output());
    }
    boolean last = axis == -1 || rank.isPresent() && axis == rank.getAsInt() - 1;
    Map<String, Object> lastAxis = Map.of("axis", -1);
    if (last) {
      NodeProto.Builder raised = withInputs(node, node.inputs(), "axis").toBuilder();
      raised.addAllAttribute(
          GraphBuilder.nodeOf("", "", List.of(), "", lastAxis).getAttributeList());
      graph.add(raised.build());
      return;
    }
    String output = node.output();
    String shape =
        graph.add("Shape", List.of(first(node)), graph.freshName(output + "_shape"), Map.of());
    String flat =
        graph.add(
            "Flatten",
            List.of(first(node)),
            graph.freshName(output + "_flat"),
            Map.of("axis", axis));
    String computed =
        graph.add(node.operator(), List.of(flat), graph.freshName(output + "_of_flat"), lastAxis);
    graph.add("Reshape", List.of(computed, shape), output, Map.of());
  }
}
