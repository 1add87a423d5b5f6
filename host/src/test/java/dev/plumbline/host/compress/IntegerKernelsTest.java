package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ONNX Runtime makes of quantized models, as it writes it down itself. */
class IntegerKernelsTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);

  @TempDir Path folder;

  private static OnnxModel quantized(Architecture architecture) {
    NoisePictures pictures = new NoisePictures(SHAPE, 4);
    return new Quantizer(Accelerator.CPU)
        .quantize(
            architecture.build(SHAPE, 10, 1),
            pictures.preprocessing(),
            pictures,
            QuantizationSettings.minMax(),
            Progress.SILENT);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void noConvolutionAndNoMatrixProductStaysFloat(Architecture architecture) throws IOException {
    Path optimized = folder.resolve("optimized.onnx");
    OnnxModel model = quantized(architecture);
    RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.ALL, Optional.of(optimized))
        .close();
    Map<String, Integer> counts = new TreeMap<>();
    for (NodeProto node :
        ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList()) {
      counts.merge(node.getOpType(), 1, Integer::sum);
    }
    for (String operator :
        Set.of("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "Add", "Concat", "Relu")) {
      // The rectifiers of DenseNet follow a normalisation that nothing can fold.
      if (!(architecture == Architecture.DENSENET121 && operator.equals("Relu"))) {
        assertEquals(0, counts.getOrDefault(operator, 0), operator + " in " + counts);
      }
    }
    long products =
        model.graph().nodes().stream().filter(n -> n.is("Conv") || n.is("Gemm")).count();
    assertEquals(
        products,
        counts.getOrDefault("QLinearConv", 0) + counts.getOrDefault("QGemm", 0),
        () -> "of " + counts);
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"LENET5", "RESNET8", "RESNET20"})
  void theProxyComputesWhatTheModelSays(Architecture architecture) {
    OnnxModel model = quantized(architecture);
    NoisePictures pictures = new NoisePictures(SHAPE, 16);
    float[] input = new float[16 * SHAPE.bytes()];
    for (int i = 0; i < 16; i++) {
      pictures.preprocessing().toInput(pictures.picture(i), input, i * SHAPE.bytes());
    }
    double difference = 0;
    double size = 0;
    try (RuntimeSession session =
            RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.NONE, Optional.empty());
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(model, Accelerator.CPU.torchDevice());
        NDManager manager = NDManager.newBaseManager(Accelerator.CPU.torchDevice(), "PyTorch");
        NDArray array = TestDevice.place(manager.create(input, new Shape(16, 1, 16, 16)));
        NDArray logits = graph.logits(array)) {
      float[][] expected = session.logits(input, 16, 1, 16, 16);
      float[] found = logits.toFloatArray();
      for (int i = 0; i < found.length; i++) {
        difference += Math.abs(found[i] - expected[i / 10][i % 10]);
        size += Math.abs(expected[i / 10][i % 10]);
      }
    }
    assertTrue(size > 0);
    // Sums in another order tip a rounding now and then: one step of 1/255 of the range somewhere.
    assertTrue(difference / size < 0.01, "relative difference " + difference / size);
  }

  /**
   * Networks of convolutions, rectifiers, maxima and matrix products alone. The oracle is ONNX
   * Runtime with its integer kernels. No rounding differs, which would be off by a hundredth; the
   * last product is not rounded, and the graph adds it up in floats.
   */
  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"LENET5", "VGG11"})
  void theProxyRoundsAsTheKernelsInEveryLayer(Architecture architecture) {
    requireRoundedAsByTheKernels(quantized(architecture));
  }

  /**
   * A twelfth of a step of the output for a step of the sum, and most sums beyond the bounds of the
   * output: the nearest sum to what is clipped there may round to a step that the type lacks.
   */
  @Test
  void theProxySaturatesAsTheKernels() {
    GraphBuilder b = new GraphBuilder("saturating");
    b.input("x", 1, 16, 16);
    b.initializer("xs", Tensor.ofFloats(new long[0], 0.02f));
    b.initializer("xz", Tensor.ofIntegers(ElementType.UINT8, new long[0], new long[] {128}));
    b.initializer(
        "w", Tensor.ofIntegers(ElementType.INT8, new long[] {2, 1, 1, 2}, 100, -90, 80, 70));
    b.initializer("ws", Tensor.ofFloats(new long[0], 0.01f));
    b.initializer("wz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {0}));
    b.initializer("ys", Tensor.ofFloats(new long[0], 0.0025f));
    b.node("QuantizeLinear", "q", List.of("x", "xs", "xz"), Map.of());
    b.node("DequantizeLinear", "d", List.of("q", "xs", "xz"), Map.of());
    b.node("DequantizeLinear", "v", List.of("w", "ws", "wz"), Map.of());
    b.node("Conv", "c", List.of("d", "v"), Map.of());
    b.node("QuantizeLinear", "r", List.of("c", "ys", "xz"), Map.of());
    b.node("DequantizeLinear", "e", List.of("r", "ys", "xz"), Map.of());
    b.output(b.node("Flatten", "y", List.of("e"), Map.of()), 480);
    requireRoundedAsByTheKernels(b.build());
  }

  private static void requireRoundedAsByTheKernels(OnnxModel model) {
    NoisePictures pictures = new NoisePictures(SHAPE, 32);
    float[] input = new float[32 * SHAPE.bytes()];
    for (int i = 0; i < 32; i++) {
      pictures.preprocessing().toInput(pictures.picture(i), input, i * SHAPE.bytes());
    }
    try (RuntimeSession session =
            RuntimeSession.open(
                model, RuntimeProvider.cpu(), Optimization.UNSATURATED, Optional.empty());
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(model, Accelerator.CPU.torchDevice());
        NDManager manager = NDManager.newBaseManager(Accelerator.CPU.torchDevice(), "PyTorch");
        NDArray array = TestDevice.place(manager.create(input, new Shape(32, 1, 16, 16)));
        NDArray logits = graph.logits(array)) {
      float[][] expected = session.logits(input, 32, 1, 16, 16);
      float[] found = logits.toFloatArray();
      int classes = expected[0].length;
      for (int row = 0; row < 32; row++) {
        assertArrayEquals(
            expected[row],
            Arrays.copyOfRange(found, classes * row, classes * (row + 1)),
            1e-5f,
            "picture " + row);
      }
    }
  }
}
