import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Starts an agent some times, then has it run models; the argument is its launcher. */
final class Measure {
  private static final int STARTS = 7;
  private static final int BATCH = 32;
  private static final int BATCHES = 50;
  private static final Random RANDOM = new Random(1);

  public static void main(String[] args) throws Exception {
    Path launcher = Path.of(args[0]);
    Path folder = Files.createTempDirectory("measure");
    try {
      double[] seconds = new double[STARTS];
      long idle = 0;
      for (int i = 0; i < STARTS; i++) {
        long start = System.nanoTime();
        try (AgentProcess agent = start(launcher, folder)) {
          seconds[i] = (System.nanoTime() - start) / 1e9;
          idle = agent.residentBytes();
        }
      }
      Arrays.sort(seconds);
      System.out.printf(
          "from start to listening, %d starts: median %.2f s, slowest %.2f s%n",
          STARTS, seconds[STARTS / 2], seconds[STARTS - 1]);
      System.out.printf("resident, MB of 10^6 bytes%n  %6.1f  before any model%n", idle / 1e6);
      for (PictureShape shape : List.of(new PictureShape(3, 32, 32), new PictureShape(3, 64, 64))) {
        run(launcher, folder, shape, floatModel(shape), "float32");
        run(launcher, folder, shape, int8Model(shape), "int8");
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
      }
    }
  }

  private static AgentProcess start(Path launcher, Path folder) {
    return AgentProcess.start(launcher, List.of("--model-dir", folder.resolve("m").toString()));
  }

  private static void run(
      Path launcher, Path folder, PictureShape shape, ModelProto model, String kind)
      throws Exception {
    Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
    byte[] pixels = new byte[shape.bytes()];
    RANDOM.nextBytes(pixels);
    List<Picture> pictures =
        java.util.Collections.nCopies(BATCH * BATCHES, new Picture(shape, pixels));
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(0.5f, 0.5f, 0.5f),
            List.of(0.5f, 0.5f, 0.5f),
            Preprocessing.Layout.NCHW,
            Preprocessing.ChannelOrder.RGB);
    try (AgentProcess agent = start(launcher, folder);
        DeviceClient client = new DeviceClient(agent.address())) {
      String sha256 = client.putModel(file);
      long begun = System.nanoTime();
      client.inferEach(sha256, shape, preprocessing, pictures, BATCH, (first, logits) -> {});
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          "  %6.1f  (at most %.1f) with a %s model of %.1f MB and %d batches of %d pictures of %s,"
              + " %.0f pictures/s%n",
          agent.residentBytes() / 1e6,
          peakBytes(agent.pid()) / 1e6,
          kind,
          Files.size(file) / 1e6,
          BATCHES,
          BATCH,
          shape,
          pictures.size() / seconds);
    }
  }

  private static long peakBytes(long pid) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  /** Convolutions of 3 x 3 as classifiers have them, each of half the side before: 2.5 million weights. */
  private static ModelProto floatModel(PictureShape shape) {
    GraphProto.Builder graph = graph(shape);
    int[] channels = {shape.channels(), 32, 64, 128, 256, 512, 184};
    String x = "picture";
    for (int i = 1; i < channels.length; i++) {
      float[] weights = new float[channels[i] * channels[i - 1] * 9];
      for (int w = 0; w < weights.length; w++) {
        weights[w] = (float) (RANDOM.nextGaussian() * Math.sqrt(2.0 / (channels[i - 1] * 9)));
      }
      graph.addInitializer(
          tensor("w" + i, weights, channels[i], channels[i - 1], 3, 3));
      graph.addNode(convolution(x, "w" + i, "c" + i, i));
      graph.addNode(node("Relu", "r" + i, "c" + i));
      x = "r" + i;
    }
    return model(graph.addNode(node("GlobalAveragePool", "g", x)).addNode(node("Flatten", "logits", "g")));
  }

  /** The same of int8 weights in QDQ form, four times as many. */
  private static ModelProto int8Model(PictureShape shape) {
    GraphProto.Builder graph = graph(shape);
    graph.addInitializer(tensor("scale", new float[] {0.02f}));
    graph.addInitializer(tensor("wscale", new float[] {0.001f}));
    graph.addInitializer(bytes("middle", TensorProto.DataType.UINT8, new byte[] {(byte) 128}));
    // What a Relu gives begins at nought, and so the Relu is gone when ONNX Runtime has joined it.
    graph.addInitializer(bytes("zero", TensorProto.DataType.UINT8, new byte[1]));
    graph.addInitializer(bytes("wzero", TensorProto.DataType.INT8, new byte[1]));
    int[] channels = {shape.channels(), 64, 128, 256, 512, 512, 512, 512, 256, 160};
    String x = requantized(graph, "picture", "middle");
    for (int i = 1; i < channels.length; i++) {
      byte[] weights = new byte[channels[i] * channels[i - 1] * 9];
      RANDOM.nextBytes(weights);
      graph.addInitializer(
          bytes("w" + i, TensorProto.DataType.INT8, weights, channels[i], channels[i - 1], 3, 3));
      graph.addNode(node("DequantizeLinear", "d" + i, "w" + i, "wscale", "wzero"));
      graph.addNode(convolution(x, "d" + i, "c" + i, i));
      graph.addNode(node("Relu", "r" + i, "c" + i));
      x = requantized(graph, "r" + i, "zero");
    }
    return model(graph.addNode(node("GlobalAveragePool", "g", x)).addNode(node("Flatten", "logits", "g")));
  }

  private static String requantized(GraphProto.Builder graph, String x, String zero) {
    graph.addNode(node("QuantizeLinear", x + "_q", x, "scale", zero));
    graph.addNode(node("DequantizeLinear", x + "_dq", x + "_q", "scale", zero));
    return x + "_dq";
  }

  private static GraphProto.Builder graph(PictureShape shape) {
    return GraphProto.newBuilder()
        .setName("measure")
        .addInput(value("picture", shape.channels(), shape.height(), shape.width()))
        .addOutput(value("logits", -1));
  }

  private static ModelProto model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  /** The first five halve the side of the picture. */
  private static NodeProto convolution(String x, String weights, String output, int number) {
    long stride = number <= 4 ? 2 : 1;
    return node("Conv", output, x, weights).toBuilder()
        .addAttribute(integers("kernel_shape", 3, 3))
        .addAttribute(integers("pads", 1, 1, 1, 1))
        .addAttribute(integers("strides", stride, stride))
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static TensorProto tensor(String name, float[] values, long... dimensions) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return bytes(name, TensorProto.DataType.FLOAT, raw.array(), dimensions);
  }

  private static TensorProto bytes(
      String name, TensorProto.DataType type, byte[] raw, long... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    return tensor.build();
  }

  private static ValueInfoProto value(String name, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("N");
    for (long dimension : dimensions) {
      if (dimension < 0) {
        shape.addDimBuilder().setDimParam("classes");
      } else {
        shape.addDimBuilder().setDimValue(dimension);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
