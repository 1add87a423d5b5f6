package dev.plumbline.host.autograd;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Breaks models at random, as a file that was damaged or written by a faulty tool is broken. */
final class ModelMutator {
  private static final long[] ODD_NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    7,
    -7,
    64,
    255,
    1000,
    65537,
    -65537,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final float[] ODD_FLOATS = {
    0, -1, 1e-30f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
  };

  private final Random random;
  private final List<String> operators;

  ModelMutator(long seed) {
    this.random = new Random(seed);
    this.operators =
        OperatorRegistry.DEFAULT.all().keySet().stream()
            .map(OperatorRegistry.Key::operator)
            .distinct()
            .toList();
  }

  /** The bytes of a model with one to three things broken. */
  byte[] mutate(ModelProto model) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      byte[] bytes = model.toByteArray();
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    if (kind == 1) {
      byte[] bytes = model.toByteArray();
      for (int i = 0; i <= random.nextInt(4); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      return bytes;
    }
    ModelProto.Builder mutant = model.toBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      mutate(mutant);
    }
    return mutant.build().toByteArray();
  }

  private void mutate(ModelProto.Builder model) {
    GraphProto.Builder graph = model.getGraphBuilder();
    switch (random.nextInt(19)) {
      case 0 -> node(graph).setOpType(operators.get(random.nextInt(operators.size())));
      case 1 -> rewire(graph);
      case 2 -> dropInput(graph);
      case 3 -> graph.addNode(random.nextInt(graph.getNodeCount() + 1), node(graph).build());
      case 4 -> graph.removeNode(random.nextInt(graph.getNodeCount()));
      case 5, 6, 7 -> attribute(node(graph));
      case 8 -> dims(graph);
      case 9 -> initializer(graph, t -> t.setDataType(random.nextInt(24)));
      case 10, 11 -> initializer(graph, this::values);
      case 12 ->
          model
              .getOpsetImportBuilder(random.nextInt(model.getOpsetImportCount()))
              .setVersion(oddNumber());
      case 13 ->
          end(graph, random.nextBoolean()).getTensorTypeBuilder().setElemType(random.nextInt(20));
      case 14, 15 -> shape(end(graph, random.nextBoolean()).getTensorTypeBuilder());
      case 16 -> kind(end(graph, false));
      case 17 -> shuffle(graph);
      default -> anotherOutput(graph);
    }
  }

  /** The type of the input, or of an output. */
  private TypeProto.Builder end(GraphProto.Builder graph, boolean input) {
    return input || graph.getOutputCount() == 0
        ? graph.getInputBuilder(0).getTypeBuilder()
        : graph.getOutputBuilder(random.nextInt(graph.getOutputCount())).getTypeBuilder();
  }

  private void shape(TypeProto.Tensor.Builder type) {
    if (random.nextInt(4) == 0) {
      type.clearShape();
      return;
    }
    TensorShapeProto.Builder shape = type.getShapeBuilder();
    int dims = random.nextInt(6);
    while (shape.getDimCount() > dims) {
      shape.removeDim(random.nextInt(shape.getDimCount()));
    }
    while (shape.getDimCount() < dims) {
      shape.addDimBuilder().setDimValue(random.nextInt(4));
    }
    if (dims > 0) {
      TensorShapeProto.Dimension.Builder dim = shape.getDimBuilder(random.nextInt(dims));
      if (random.nextBoolean()) {
        dim.setDimParam("N");
      } else {
        dim.setDimValue(oddNumber());
      }
    }
  }

  /** A sequence, an optional or nothing in place of a tensor. */
  private void kind(TypeProto.Builder type) {
    TypeProto element = type.build();
    switch (random.nextInt(3)) {
      case 0 -> type.setSequenceType(TypeProto.Sequence.newBuilder().setElemType(element));
      case 1 -> type.setOptionalType(TypeProto.Optional.newBuilder().setElemType(element));
      default -> type.clear();
    }
  }

  private void shuffle(GraphProto.Builder graph) {
    List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
    Collections.shuffle(nodes, random);
    graph.clearNode().addAllNode(nodes);
  }

  /** A value on the way becomes an output, before or behind the others. */
  private void anotherOutput(GraphProto.Builder graph) {
    NodeProto.Builder node = node(graph);
    if (node.getOutputCount() > 0) {
      graph.addOutput(
          random.nextInt(graph.getOutputCount() + 1),
          ValueInfoProto.newBuilder()
              .setName(node.getOutput(0))
              .setType(
                  TypeProto.newBuilder()
                      .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1))));
    }
  }

  private NodeProto.Builder node(GraphProto.Builder graph) {
    if (graph.getNodeCount() == 0) {
      graph.addNode(NodeProto.newBuilder().setOpType("Relu").addInput("x").addOutput("y"));
    }
    return graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
  }

  private void rewire(GraphProto.Builder graph) {
    NodeProto.Builder node = node(graph);
    NodeProto.Builder other = node(graph);
    if (node.getInputCount() > 0 && other.getInputCount() > 0 && other.getOutputCount() > 0) {
      String name = random.nextBoolean() ? other.getInput(0) : other.getOutput(0);
      node.setInput(random.nextInt(node.getInputCount()), name);
    }
  }

  private void dropInput(GraphProto.Builder graph) {
    NodeProto.Builder node = node(graph);
    if (node.getInputCount() > 0) {
      List<String> inputs = List.copyOf(node.getInputList());
      node.clearInput();
      node.addAllInput(inputs.subList(0, random.nextInt(inputs.size())));
    }
  }

  private void attribute(NodeProto.Builder node) {
    if (node.getAttributeCount() == 0) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(random.nextBoolean() ? "axis" : "axes")
              .setType(AttributeProto.AttributeType.INT)
              .setI(oddNumber()));
      return;
    }
    int at = random.nextInt(node.getAttributeCount());
    AttributeProto.Builder attribute = node.getAttributeBuilder(at);
    switch (random.nextInt(4)) {
      case 0 -> node.removeAttribute(at);
      case 1 -> attribute.setType(AttributeProto.AttributeType.forNumber(random.nextInt(9)));
      default -> {
        attribute.setI(oddNumber()).setF(ODD_FLOATS[random.nextInt(ODD_FLOATS.length)]);
        if (attribute.getIntsCount() > 0) {
          attribute.setInts(random.nextInt(attribute.getIntsCount()), oddNumber());
        }
      }
    }
  }

  private void dims(GraphProto.Builder graph) {
    initializer(
        graph,
        tensor -> {
          if (tensor.getDimsCount() > 0) {
            tensor.setDims(random.nextInt(tensor.getDimsCount()), oddNumber());
          } else {
            tensor.addDims(oddNumber());
          }
        });
  }

  /** Odd numbers in place of some elements, so that sizes stay right. */
  private void values(TensorProto.Builder tensor) {
    byte[] raw = tensor.getRawData().toByteArray();
    if (raw.length < 4) {
      return;
    }
    for (int i = 0; i <= random.nextInt(3); i++) {
      int at = random.nextInt(raw.length / 4) * 4;
      boolean whole = tensor.getDataType() == TensorProto.DataType.INT64.getNumber();
      long odd = whole ? oddNumber() : Float.floatToRawIntBits(oddFloat());
      for (int b = 0; b < (whole && at % 8 == 0 ? 8 : 4); b++) {
        raw[at + b] = (byte) (odd >>> 8 * b);
      }
    }
    tensor.setRawData(ByteString.copyFrom(raw));
  }

  private void initializer(
      GraphProto.Builder graph, java.util.function.Consumer<TensorProto.Builder> change) {
    if (graph.getInitializerCount() > 0) {
      change.accept(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())));
    }
  }

  private float oddFloat() {
    return ODD_FLOATS[random.nextInt(ODD_FLOATS.length)];
  }

  private long oddNumber() {
    return ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
  }
}
