package dev.plumbline.agent;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/** Models that load and then use up the device. All take pictures of 1 x 2 x 2. */
final class HostileModels {
  private HostileModels() {}

  /** Its logits go round for 2^62 times. */
  static byte[] endless() {
    return loop("Neg", "value").build().toByteArray();
  }

  /** Its logits are put beside themselves again and again: twice as many each time. */
  static byte[] growing() {
    ModelProto.Builder model = loop("Concat", "value", "value");
    model
        .getGraphBuilder()
        .getNodeBuilder(2)
        .getAttributeBuilder(0)
        .getGBuilder()
        .getNodeBuilder(1)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1));
    return model.build().toByteArray();
  }

  /**
   * The mean of each of some million windows of a million pixels: hours within one operator, where
   * ONNX Runtime does not look up.
   */
  static byte[] endlessOperator() {
    ModelProto.Builder model = SmallModel.linear(0, 1, 2, 2);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.clearNode().clearInitializer();
    graph
        .setOutput(0, anyShape("logits", TensorProto.DataType.FLOAT_VALUE))
        .addInitializer(longs("times", 1, 1, 1024, 1024))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Tile")
                .addInput("picture")
                .addInput("times")
                .addOutput("wide"))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("AveragePool")
                .addInput("wide")
                .addOutput("means")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("kernel_shape")
                        .setType(AttributeProto.AttributeType.INTS)
                        .addInts(1025)
                        .addInts(1025)))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("GlobalAveragePool")
                .addInput("means")
                .addOutput("mean"))
        .addNode(NodeProto.newBuilder().setOpType("Flatten").addInput("mean").addOutput("logits"));
    return model.build().toByteArray();
  }

  /** A constant of so many floats, which ONNX Runtime may compute when it loads the model. */
  static byte[] hugeConstant(long floats) {
    ModelProto.Builder model = SmallModel.linear(0, 1, 2, 2);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(1).setOutput(0, "some");
    graph
        .addInitializer(longs("shape", floats))
        .addNode(
            NodeProto.newBuilder().setOpType("ConstantOfShape").addInput("shape").addOutput("huge"))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("ReduceMax")
                .addInput("huge")
                .addOutput("most")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("keepdims")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(0)))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Add")
                .addInput("some")
                .addInput("most")
                .addOutput("logits"));
    return model.build().toByteArray();
  }

  /** A model of so many classes. */
  static byte[] classes(int classes) {
    ModelProto.Builder model = SmallModel.linear(0, 1, 2, 2);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.setOutput(0, SmallModel.value("logits", 0, classes));
    TensorProto.Builder weights =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(4)
            .addDims(classes);
    for (int i = 0; i < 4 * classes; i++) {
      weights.addFloatData(i % 7);
    }
    graph.setInitializer(0, weights);
    return model.build().toByteArray();
  }

  private static TensorProto longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  private static ModelProto.Builder loop(String operator, String... inputs) {
    ModelProto.Builder model = SmallModel.linear(0, 1, 2, 2);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(1).setOutput(0, "start");
    graph.clearOutput().addOutput(anyShape("logits", TensorProto.DataType.FLOAT_VALUE));
    NodeProto.Builder step = NodeProto.newBuilder().setOpType(operator).addOutput("next");
    for (String input : inputs) {
      step.addInput(input);
    }
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(scalar("round", TensorProto.DataType.INT64_VALUE))
            .addInput(scalar("goes", TensorProto.DataType.BOOL_VALUE))
            .addInput(anyShape("value", TensorProto.DataType.FLOAT_VALUE))
            .addOutput(scalar("goes-on", TensorProto.DataType.BOOL_VALUE))
            .addOutput(anyShape("next", TensorProto.DataType.FLOAT_VALUE))
            .addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput("goes").addOutput("goes-on"))
            .addNode(step)
            .build();
    TensorProto always =
        TensorProto.newBuilder()
            .setName("always")
            .setDataType(TensorProto.DataType.BOOL_VALUE)
            .addInt32Data(1)
            .build();
    graph
        .addInitializer(longs("rounds", 1L << 62).toBuilder().clearDims())
        .addInitializer(always)
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Loop")
                .addInput("rounds")
                .addInput("always")
                .addInput("start")
                .addOutput("logits")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("body")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body)));
    return model;
  }

  private static ValueInfoProto scalar(String name, int type) {
    return anyShape(name, type).toBuilder()
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type)
                        .setShape(TensorShapeProto.getDefaultInstance())))
        .build();
  }

  private static ValueInfoProto anyShape(String name, int type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)))
        .build();
  }
}
