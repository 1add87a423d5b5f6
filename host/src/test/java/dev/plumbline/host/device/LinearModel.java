package dev.plumbline.host.device;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A model of one matrix, for pictures of 3 x 6 x 5. */
public final class LinearModel {
  public static final int CLASSES = 4;
  private static final int FEATURES = 3 * 6 * 5;

  private LinearModel() {}

  public static Path write(Path folder, long randomSeed) throws IOException {
    Random random = new Random(randomSeed);
    TensorProto.Builder weights =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(FEATURES)
            .addDims(CLASSES);
    for (int i = 0; i < FEATURES * CLASSES; i++) {
      weights.addFloatData((float) random.nextGaussian());
    }
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(
                GraphProto.newBuilder()
                    .setName("linear")
                    .addInput(value("picture", 3, 6, 5))
                    .addOutput(value("logits", CLASSES))
                    .addNode(
                        NodeProto.newBuilder()
                            .setOpType("Flatten")
                            .addInput("picture")
                            .addOutput("flat"))
                    .addNode(
                        NodeProto.newBuilder()
                            .setOpType("MatMul")
                            .addInput("flat")
                            .addInput("weights")
                            .addOutput("logits"))
                    .addInitializer(weights))
            .build();
    return Files.write(folder.resolve("linear-" + randomSeed + ".onnx"), model.toByteArray());
  }

  private static ValueInfoProto value(String name, int... dimensions) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("N");
    for (int d : dimensions) {
      shape.addDimBuilder().setDimValue(d);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
