package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.plumbline.host.onnx.RowOutput.Read;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a model that gradients flow through: all of it, or what comes before the nodes that
 * choose, such as an ArgMax or NonMaxSuppression. Its rows are those of the whole model, made of
 * what is chosen from.
 */
public final class DifferentiablePart {
  /** From which opset on ReduceMax takes its axes as an input. */
  private static final int AXES_AS_INPUT = 18;

  private DifferentiablePart() {}

  /**
   * The part of a model.
   *
   * @return the same model where its task reads nothing that the graph chooses, or where it is not
   *     known what objects are chosen from
   * @throws UnsupportedNodeException if the graph does not choose as its metadata say
   */
  public static OnnxModel of(OnnxModel model) {
    Optional<RowReading> rows = model.rows();
    if (rows.filter(RowReading::readsObjects).isPresent()) {
      int classes = rows.get().outputs().get(0).classes();
      return classes == 0 ? model : beforeObjects(model, classes);
    }
    if (rows.filter(RowReading::readsLabels).isEmpty()) {
      return model;
    }
    List<RowOutput> before = new ArrayList<>();
    for (RowOutput output : rows.get().outputs()) {
      before.add(RowOutput.of(model, scoresOf(model, output)));
    }
    OnnxModel whole = model.inlined();
    return ending(whole, whole.proto().getGraph().toBuilder(), before);
  }

  /**
   * A model's graph with the values that are chosen from in place of what it puts out: whatever
   * comes behind them is no part of what is read.
   *
   * @return the graph as it is where nothing that the graph chooses is read
   */
  public static Graph before(OnnxModel model) {
    Optional<RowReading> rows = model.rows();
    List<String> values = List.of();
    if (rows.filter(RowReading::readsObjects).isPresent()) {
      values =
          ObjectChoice.of(model)
              .map(choice -> List.of(choice.boxes(), choice.scores()))
              .orElse(List.of());
    } else if (rows.filter(RowReading::readsLabels).isPresent()) {
      values = rows.get().outputs().stream().map(output -> scoresOf(model, output)).toList();
    }
    return values.isEmpty()
        ? model.graph()
        : model
            .graph()
            .withOutputs(
                values.stream()
                    .map(value -> new ValueInfo(value, "", 0, Optional.empty()))
                    .toList());
  }

  private static String scoresOf(OnnxModel model, RowOutput output) {
    return OutputReading.maker(model.graph(), output.name())
        .filter(node -> node.is("ArgMax"))
        .map(node -> node.inputs().get(0))
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "output "
                        + output.name()
                        + " of model "
                        + model.name()
                        + " does not end in an ArgMax, expected one as its metadata say that labels"
                        + " are chosen"));
  }

  private static OnnxModel beforeObjects(OnnxModel model, int classes) {
    ObjectChoice choice =
        ObjectChoice.of(model)
            .filter(found -> found.classes() == classes)
            .orElseThrow(
                () ->
                    new UnsupportedNodeException(
                        "model "
                            + model.name()
                            + " does not show the boxes and the scores of "
                            + classes
                            + " classes that NonMaxSuppression chooses from"));
    OnnxModel whole = model.inlined();
    Ending ending = new Ending(whole);
    String boxes = ending.reshaped(choice.boxes(), 4);
    String scores = ending.scores(choice);
    GraphProto.Builder graph = ending.graph;
    // One input at a time: many graphs choose objects of the first one alone.
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      TypeProto.Tensor.Builder type = input.getTypeBuilder().getTensorTypeBuilder();
      if (input.getName().equals(model.graph().input().name())
          && type.getShape().getDimCount() > 0) {
        type.getShapeBuilder().getDimBuilder(0).setDimValue(1);
      }
    }
    return ending(
        whole,
        graph,
        List.of(new RowOutput(boxes, Read.NUMBERS), new RowOutput(scores, Read.NUMBERS)));
  }

  /** The model with other outputs, whose types and shapes are inferred. */
  private static OnnxModel ending(OnnxModel model, GraphProto.Builder graph, List<RowOutput> rows) {
    graph.clearOutput();
    rows.forEach(row -> graph.addOutput(ValueInfoProto.newBuilder().setName(row.name())));
    ModelProto.Builder proto = model.proto().toBuilder().setGraph(graph).clearMetadataProps();
    Map<String, String> metadata = model.metadata();
    metadata.put(RowReading.METADATA, RowReading.text(rows));
    metadata.forEach(
        (key, value) ->
            proto.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return OnnxModel.of(model.name(), proto.build());
  }

  /** Nodes that bring boxes and scores into the layout of a row. */
  private static final class Ending {
    /** No value of a model ends so. */
    private static final String OWN = "\nplumbline";

    private final OnnxModel model;
    private final GraphProto.Builder graph;

    Ending(OnnxModel model) {
      this.model = model;
      this.graph = model.proto().getGraph().toBuilder();
    }

    /** 1 x boxes x numbers. */
    String reshaped(String value, int numbers) {
      return node(
          "Reshape", value, List.of(value, longs("shape of " + value, 1, -1, numbers)), Map.of());
    }

    /** 1 x boxes x classes; 0 for what is never chosen. */
    String scores(ObjectChoice choice) {
      String value = choice.scores();
      if (choice.classesFirst()) {
        String rows =
            node(
                "Reshape",
                value + " by class",
                List.of(value, longs("classes of " + value, 1, choice.classes(), -1)),
                Map.of());
        value = node("Transpose", value, List.of(rows), Map.of("perm", new long[] {0, 2, 1}));
      } else {
        value = reshaped(value, choice.classes());
      }
      if (choice.hasBackground()) {
        float[] counts = new float[choice.classes()];
        Arrays.fill(counts, 1, counts.length, 1);
        String mask = constant("background", Tensor.ofFloats(new long[] {counts.length}, counts));
        value = node("Mul", "scores of objects", List.of(value, mask), Map.of());
      }
      return choice.bestOnly() ? best(value) : value;
    }

    private String best(String value) {
      String largest =
          model.opset("") < AXES_AS_INPUT
              ? node("ReduceMax", "largest", List.of(value), Map.of("axes", new long[] {2}))
              : node("ReduceMax", "largest", List.of(value, longs("axis", 2)), Map.of());
      String equal = node("Equal", "is largest", List.of(value, largest), Map.of());
      String one = node("Cast", "one for largest", List.of(equal), Map.of("to", 1L));
      return node("Mul", "best scores", List.of(value, one), Map.of());
    }

    private String longs(String name, long... values) {
      return constant(name, Tensor.ofLongs(new long[] {values.length}, values));
    }

    private String constant(String name, Tensor value) {
      graph.addInitializer(value.toProto(name + OWN));
      return name + OWN;
    }

    private String node(
        String operator, String name, List<String> inputs, Map<String, Object> attributes) {
      NodeProto node = GraphBuilder.nodeOf(operator, name + OWN, inputs, name + OWN, attributes);
      graph.addNode(node);
      return name + OWN;
    }
  }
}
