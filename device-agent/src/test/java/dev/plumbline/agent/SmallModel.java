package dev.plumbline.agent;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/** Models of one layer: the picture flattened, times random weights, plus nothing. */
final class SmallModel {
  static final int CLASSES = 5;

  private SmallModel() {}

  /**
   * @param batch of the input; 0 for any
   * @param dimensions of the input after the batch
   */
  static ModelProto.Builder linear(int batch, int... dimensions) {
    int features = 1;
    for (int d : dimensions) {
      features *= d;
    }
    Random random = new Random(7);
    TensorProto.Builder weights =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(features)
            .addDims(CLASSES);
    for (int i = 0; i < features * CLASSES; i++) {
      weights.addFloatData((float) random.nextGaussian());
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("small")
            .addInput(value("picture", batch, dimensions))
            .addOutput(value("logits", batch, CLASSES))
            .addNode(
                NodeProto.newBuilder().setOpType("Flatten").addInput("picture").addOutput("flat"))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("MatMul")
                    .addInput("flat")
                    .addInput("weights")
                    .addOutput("logits"))
            .addInitializer(weights);
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph);
  }

  /**
   * {@link #linear} less the mean over the pictures that run at once: it shows which those were.
   */
  static ModelProto.Builder centred(int... dimensions) {
    ModelProto.Builder model = linear(0, dimensions);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getNodeBuilder(1).setOutput(0, "products");
    graph
        .addNode(
            NodeProto.newBuilder()
                .setOpType("ReduceMean")
                .addInput("products")
                .addOutput("mean")
                .addAttribute(
                    OnnxMl.AttributeProto.newBuilder()
                        .setName("axes")
                        .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                        .addInts(0)))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Sub")
                .addInput("products")
                .addInput("mean")
                .addOutput("logits"));
    return model;
  }

  static ValueInfoProto value(String name, int batch, int... dimensions) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    if (batch == 0) {
      shape.addDimBuilder().setDimParam("N");
    } else {
      shape.addDimBuilder().setDimValue(batch);
    }
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

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The oracle: ONNX Runtime in this process, with one thread, on one batch. */
  static float[][] logits(byte[] model, float[] input, long... shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
          OrtSession.Result result = session.run(Map.of("picture", tensor))) {
        return (float[][]) result.get(0).getValue();
      }
    }
  }
}
