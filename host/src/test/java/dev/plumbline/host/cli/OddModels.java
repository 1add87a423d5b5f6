package dev.plumbline.host.cli;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The model of {@link GreyFixture} as exporters write such models, and as nobody should. */
final class OddModels {
  private OddModels() {}

  /** Models that tell bright pictures from dark ones as the plain one does, by name. */
  static Map<String, ModelProto> sound() {
    Map<String, ModelProto> models = new LinkedHashMap<>();
    models.put("plain", with(g -> {}));
    models.put("softmax", after("node { op_type: 'Softmax' name: 's' input: 'logits' %s }"));
    models.put(
        "softmax, reshaped",
        after(
            """
            node { op_type: 'Softmax' name: 's' input: 'logits' output: 'p'
              attribute { name: 'axis' type: INT i: 1 } }
            node { op_type: 'Identity' name: 'i' input: 'p' %s }
            """));
    models.put(
        "softmax of several nodes",
        after(
            """
            node { op_type: 'Exp' name: 'e' input: 'logits' output: 'e' }
            node { op_type: 'ReduceL1' name: 'r' input: 'e' output: 'r'
              attribute { name: 'axes' type: INTS ints: 1 } }
            node { op_type: 'Div' name: 'd' input: 'e' input: 'r' %s }
            """));
    models.put("log of softmax", after("node { op_type: 'LogSoftmax' input: 'logits' %s }"));
    models.put(
        "scores as N x C x 1 x 1",
        after(
            """
            node { op_type: 'Unsqueeze' input: 'logits' input: 'axes' %s }
            initializer { name: 'axes' dims: 2 data_type: 7 int64_data: 2 int64_data: 3 }
            """));
    models.put(
        "scores as N x 1 x C",
        after(
            """
            node { op_type: 'Unsqueeze' input: 'logits' input: 'axes' %s }
            initializer { name: 'axes' dims: 1 data_type: 7 int64_data: 1 }
            """));
    models.put(
        "softmax of N x C x 1 x 1",
        after(
            """
            node { op_type: 'Unsqueeze' name: 'u' input: 'logits' input: 'axes' output: 'u' }
            initializer { name: 'axes' dims: 2 data_type: 7 int64_data: 2 int64_data: 3 }
            node { op_type: 'Softmax' input: 'u' %s attribute { name: 'axis' type: INT i: 1 } }
            """));
    models.put(
        "softmax of N x 1 x C",
        after(
            """
            node { op_type: 'Unsqueeze' name: 'u' input: 'logits' input: 'axes' output: 'u' }
            initializer { name: 'axes' dims: 1 data_type: 7 int64_data: 1 }
            node { op_type: 'Softmax' input: 'u' %s attribute { name: 'axis' type: INT i: -1 } }
            """));
    models.put(
        "scores squeezed",
        with(
            g -> {
              fixedBatch(g, 1);
              merge(
                  g,
                  """
                  node { op_type: 'Squeeze' name: 's' input: 'logits' input: 'first'
                    output: 'scores' }
                  initializer { name: 'first' dims: 1 data_type: 7 int64_data: 0 }
                  """);
              output(g, "scores");
            }));
    models.put(
        "batch of 1",
        with(
            g -> {
              fixedBatch(g, 1);
              output(g, "logits");
            }));
    models.put(
        "batch of 3",
        with(
            g -> {
              fixedBatch(g, 3);
              output(g, "logits");
            }));
    models.put(
        "batch of 1 within a Reshape",
        with(
            g -> {
              g.setNode(
                  0, g.getNode(0).toBuilder().setOpType("Reshape").clearAttribute().addInput("to"));
              merge(g, "initializer { name: 'to' dims: 2 data_type: 7 int64_data: [1, 16] }");
            }));
    models.put(
        "no shape of the input",
        with(g -> g.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape()));
    models.put("no type of the output", with(g -> g.getOutputBuilder(0).clearType()));
    models.put(
        "a label first",
        with(
            g -> {
              merge(
                  g,
                  """
                  node { op_type: 'ArgMax' name: 'a' input: 'logits' output: 'label'
                    attribute { name: 'axis' type: INT i: 1 } }
                  """);
              GraphProto before = g.build();
              g.clearOutput();
              merge(g, "output { name: 'label' type { tensor_type { elem_type: 7 } } }");
              g.addOutput(before.getOutput(0));
            }));
    models.put(
        "an output without a shape beside",
        with(
            g ->
                merge(
                    g,
                    """
                    output { name: 'flat' type { tensor_type { elem_type: 1 } } }
                    """)));
    models.put(
        "logits beside their softmax",
        with(
            g -> {
              merge(
                  g,
                  """
                  node { op_type: 'Softmax' name: 's' input: 'logits' output: 'p' }
                  output { name: 'p' type { tensor_type { elem_type: 1 } } }
                  """);
            }));
    models.put(
        "float16 between casts",
        with(
            g -> {
              type(g, DataType.FLOAT16);
              GraphProto before = g.build();
              g.clearNode();
              // As ONNX Runtime's converter leaves them: casts behind the nodes that need them.
              before
                  .getNodeList()
                  .forEach(n -> g.addNode(n.toBuilder().setInput(0, in(n.getInput(0)))));
              merge(
                  g,
                  """
                  node { op_type: 'Cast' name: 'c' input: 'input' output: 'cast'
                    attribute { name: 'to' type: INT i: 1 } }
                  node { op_type: 'Cast' name: 'd' input: 'logits' output: 'scores'
                    attribute { name: 'to' type: INT i: 10 } }
                  """);
              output(g, "scores");
              g.getOutputBuilder(0)
                  .getTypeBuilder()
                  .getTensorTypeBuilder()
                  .setElemType(DataType.FLOAT16_VALUE);
            }));
    models.put(
        "double between casts",
        with(
            g -> {
              type(g, DataType.DOUBLE);
              GraphProto before = g.build();
              g.clearNode();
              before
                  .getNodeList()
                  .forEach(n -> g.addNode(n.toBuilder().setInput(0, in(n.getInput(0)))));
              merge(
                  g,
                  """
                  node { op_type: 'Cast' name: 'c' input: 'input' output: 'cast'
                    attribute { name: 'to' type: INT i: 1 } }
                  """);
            }));
    return models;
  }

  /** Models that cannot be classifiers of pictures, with a word that the refusal has to say. */
  static Map<String, ModelProto> refused() {
    Map<String, ModelProto> models = new LinkedHashMap<>();
    models.put(
        "one number",
        after(
            """
            node { op_type: 'ReduceL1' input: 'logits' %s
              attribute { name: 'axes' type: INTS ints: 1 } }
            """));
    models.put("sigmoid", after("node { op_type: 'Sigmoid' input: 'logits' %s }"));
    models.put(
        "int64",
        typed(
            "node { op_type: 'Cast' input: 'logits' %s attribute { name: 'to' type: INT i: 7 } }",
            7));
    models.put(
        "uint8",
        typed(
            "node { op_type: 'Cast' input: 'logits' %s attribute { name: 'to' type: INT i: 2 } }",
            2));
    models.put(
        "bool",
        typed(
            "node { op_type: 'Cast' input: 'logits' %s attribute { name: 'to' type: INT i: 9 } }",
            9));
    models.put(
        "string",
        typed(
            "node { op_type: 'Cast' input: 'logits' %s attribute { name: 'to' type: INT i: 8 } }",
            8));
    models.put(
        "sequence",
        with(
            g -> {
              merge(
                  g, "node { op_type: 'SequenceConstruct' name: 's' input: 'logits' output: 'q' }");
              g.clearOutput();
              merge(
                  g,
                  """
                  output { name: 'q' type { sequence_type { elem_type { tensor_type {
                    elem_type: 1 } } } } }
                  """);
            }));
    models.put(
        "batch x classes",
        after(
            """
            node { op_type: 'Reshape' input: 'logits' input: 'to' output: 'r' }
            node { op_type: 'Concat' input: 'r' input: 'r' %s attribute { name: 'axis' type: INT i: 1 } }
            initializer { name: 'to' dims: 3 data_type: 7 int64_data: [-1, 1, 2] }
            """));
    models.put(
        "not a number for class",
        after(
            """
            node { op_type: 'Neg' input: 'logits' output: 'below' }
            node { op_type: 'Sqrt' input: 'below' %s }
            """));
    models.put("holds NaN", bias("nan"));
    models.put("-Infinity", bias("-inf"));
    models.put(
        "expected --output NAME",
        with(
            g ->
                merge(
                    g,
                    """
                    node { op_type: 'Neg' name: 'n' input: 'logits' output: 'other' }
                    output { name: 'other' type { tensor_type { elem_type: 1
                      shape { dim { dim_param: 'N' } dim { dim_value: 2 } } } } }
                    """)));
    models.put(
        "2 inputs besides",
        with(g -> merge(g, "input { name: 'h' type { tensor_type { elem_type: 1 } } }")));
    models.put(
        "takes input input (uint8, Nx1x4x4)",
        with(
            g -> {
              type(g, DataType.UINT8);
              g.setNode(0, g.getNode(0).toBuilder().setInput(0, "cast"));
              merge(
                  g,
                  """
                  node { op_type: 'Cast' name: 'c' input: 'input' output: 'cast'
                    attribute { name: 'to' type: INT i: 1 } }
                  """);
            }));
    models.put("four dimensions", with(g -> shape(g, -1, 16)));
    models.put("expected four", with(g -> shape(g, -1, 1, 1, 4, 4)));
    models.put("model.onnx", with(g -> shape(g, -1, 1, 0, 4)));
    models.put("found pictures of", with(g -> shape(g, -1, 1, 2, 8)));
    models.put("no output", with(GraphProto.Builder::clearOutput));
    models.put("makes its output", with(GraphProto.Builder::clearNode));
    return models;
  }

  private static String in(String name) {
    return name.equals("input") ? "cast" : name;
  }

  private static ModelProto with(Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = GreyFixture.model("grey", 0.5f).proto().toBuilder();
    change.accept(model.getGraphBuilder());
    return model.build();
  }

  /** Nodes after the logits; {@code %s} stands for the output of the last. */
  private static ModelProto after(String nodes) {
    return typed(nodes, DataType.FLOAT_VALUE);
  }

  private static ModelProto typed(String nodes, int type) {
    return with(
        g -> {
          merge(g, nodes.formatted("output: 'scores'"));
          output(g, "scores");
          g.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
        });
  }

  private static ModelProto bias(String value) {
    return with(
        g ->
            merge(
                g.removeInitializer(1),
                "initializer { name: 'b' dims: 2 data_type: 1 float_data: 0 float_data: %s }"
                    .formatted(value)));
  }

  private static void merge(GraphProto.Builder graph, String text) {
    try {
      TextFormat.merge(text, graph);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static void output(GraphProto.Builder graph, String name) {
    graph.clearOutput();
    merge(graph, "output { name: '" + name + "' type { tensor_type { elem_type: 1 } } }");
  }

  private static void type(GraphProto.Builder graph, DataType type) {
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
  }

  private static void fixedBatch(GraphProto.Builder graph, int batch) {
    shape(graph, batch, 1, 4, 4);
  }

  private static void shape(GraphProto.Builder graph, long... dims) {
    TypeProto.Tensor.Builder type =
        graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(
          dim < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    type.setShape(shape);
  }

  static Path write(Path folder, ModelProto model) {
    try {
      return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
