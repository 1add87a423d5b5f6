package dev.plumbline.host.compress;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.UnaryOperator;

/** The ways in which tools write the constants of one network; values and names stay the same. */
enum ConstantForms {
  /** As GraphBuilder writes them. */
  INITIALIZERS(model -> model),
  /** As Paddle's exporter does. */
  CONSTANT_NODES(ConstantForms::constantNodes),
  /** Lists of numbers as PyTorch's exporter writes small ones, tensors elsewhere. */
  LISTS(ConstantForms::lists),
  /** As every tool did before version 4 of ONNX's intermediate representation. */
  DECLARED_INPUTS(ConstantForms::declaredInputs),
  /** As PyTorch's exporter writes constants that are equal. */
  COPIES(ConstantForms::copies);

  private final UnaryOperator<ModelProto> form;

  ConstantForms(UnaryOperator<ModelProto> form) {
    this.form = form;
  }

  /** A model of initializers in this form. */
  OnnxModel of(OnnxModel model) {
    return OnnxModel.of(model.name(), form.apply(model.proto()));
  }

  private static ModelProto constantNodes(ModelProto model) {
    return asNodes(model, false);
  }

  private static ModelProto lists(ModelProto model) {
    return asNodes(model, true);
  }

  private static ModelProto asNodes(ModelProto model, boolean lists) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer().clearNode();
    for (TensorProto value : model.getGraph().getInitializerList()) {
      AttributeProto.Builder attribute = AttributeProto.newBuilder();
      if (lists && value.getDimsCount() == 1) {
        FloatBuffer floats =
            value
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        attribute.setName("value_floats").setType(AttributeType.FLOATS);
        while (floats.hasRemaining()) {
          attribute.addFloats(floats.get());
        }
      } else {
        attribute.setName("value").setType(AttributeType.TENSOR).setT(value);
      }
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Constant")
              .addOutput(value.getName())
              .addAttribute(attribute));
    }
    graph.addAllNode(model.getGraph().getNodeList());
    return model.toBuilder().setGraph(graph).build();
  }

  private static ModelProto declaredInputs(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (TensorProto value : model.getGraph().getInitializerList()) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      value.getDimsList().forEach(d -> shape.addDim(Dimension.newBuilder().setDimValue(d)));
      graph.addInput(
          ValueInfoProto.newBuilder()
              .setName(value.getName())
              .setType(
                  TypeProto.newBuilder()
                      .setTensorType(
                          TypeProto.Tensor.newBuilder()
                              .setElemType(value.getDataType())
                              .setShape(shape))));
    }
    return model.toBuilder().setIrVersion(3).setGraph(graph).build();
  }

  private static ModelProto copies(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer().clearNode();
    for (TensorProto value : model.getGraph().getInitializerList()) {
      graph.addInitializer(value.toBuilder().setName(value.getName() + "_stored"));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Identity")
              .addInput(value.getName() + "_stored")
              .addOutput(value.getName()));
    }
    graph.addAllNode(model.getGraph().getNodeList());
    return model.toBuilder().setGraph(graph).build();
  }
}
