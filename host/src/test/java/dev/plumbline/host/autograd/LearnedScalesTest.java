package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Learned step size quantization, against the paper's formula and against ONNX Runtime. */
class LearnedScalesTest {
  private static final float INPUT_SCALE = 0.02f;
  private static final int INPUT_ZERO = 100;
  private static final float[] WEIGHT_SCALES = {0.011f, 0.007f};
  private static final int FEATURES = 6;
  private static final int BATCH = 3;

  /** x, quantized, times a weight of two channels, plus a bias whose scale is the product's. */
  private static OnnxModel model(float biasFactor) {
    GraphBuilder b = new GraphBuilder("learned");
    b.input("x", FEATURES);
    b.initializer("xs", Tensor.ofFloats(new long[0], new float[] {INPUT_SCALE}));
    b.initializer(
        "xz", Tensor.ofBytes(ElementType.UINT8, new long[0], new byte[] {(byte) INPUT_ZERO}));
    b.node("QuantizeLinear", "xq", List.of("x", "xs", "xz"), Map.of());
    b.node("DequantizeLinear", "xd", List.of("xq", "xs", "xz"), Map.of());
    b.initializer("wq", Quantized.integers("wq", ElementType.INT8, 2, FEATURES));
    b.initializer("ws", Tensor.ofFloats(new long[] {2}, WEIGHT_SCALES));
    b.initializer("wz", Tensor.ofBytes(ElementType.INT8, new long[] {2}, new byte[2]));
    b.node("DequantizeLinear", "wd", List.of("wq", "ws", "wz"), Map.of("axis", 0));
    b.initializer("bq", Tensor.ofIntegers(ElementType.INT32, new long[] {2}, new long[] {900, -5}));
    float[] product = {
      INPUT_SCALE * WEIGHT_SCALES[0] * biasFactor, INPUT_SCALE * WEIGHT_SCALES[1] * biasFactor
    };
    b.initializer("bs", Tensor.ofFloats(new long[] {2}, product));
    b.initializer("bz", Tensor.ofIntegers(ElementType.INT32, new long[] {2}, new long[2]));
    b.node("DequantizeLinear", "bd", List.of("bq", "bs", "bz"), Map.of("axis", 0));
    b.node("Gemm", "y", List.of("xd", "wd", "bd"), Map.of("transB", 1));
    b.output("y", 2);
    return b.build(17);
  }

  /** Inputs of which some are clipped: the range goes from -2 to 3.1. */
  private static float[] inputs() {
    float[] x = new float[BATCH * FEATURES];
    Random random = new Random(5);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (2.2 * random.nextGaussian());
    }
    return x;
  }

  private static Parameter parameter(DifferentiableGraph graph, String name) {
    return graph.parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not trained"));
  }

  private static List<String> names(DifferentiableGraph graph) {
    return graph.parameters().stream().map(Parameter::name).toList();
  }

  /** Esser et al. 2020, equation 3, of a value over its scale, by hand in double. */
  private static double slope(double ratio, double lowest, double highest) {
    if (ratio <= lowest) {
      return lowest;
    }
    return ratio >= highest ? highest : Math.rint(ratio) - ratio;
  }

  @Test
  void theGradientOfAScaleIsThatOfThePaper() {
    OnnxModel model = model(1);
    float[] x = inputs();
    float[] pull = {0.3f, -1.1f, 0.8f, 0.2f, -0.5f, 0.9f};
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.trainableWithScales(model, TestDevice.device())) {
      NDArray in = TestDevice.place(manager.create(x, new Shape(BATCH, FEATURES)));
      try (GradientTape tape = GradientTape.open()) {
        NDArray weights = TestDevice.place(manager.create(pull, new Shape(BATCH, 2)));
        tape.backward(graph.logitsInTraining(in).mul(weights).sum());
      }
      float[] w = parameter(graph, "wq").master().toFloatArray();
      double ofInput = 0;
      double[] ofWeight = new double[2];
      int clipped = 0;
      for (int n = 0; n < BATCH; n++) {
        for (int f = 0; f < FEATURES; f++) {
          double ratio = x[n * FEATURES + f] / (double) INPUT_SCALE;
          double lowest = -INPUT_ZERO;
          double highest = 255 - INPUT_ZERO;
          clipped += ratio < lowest || ratio > highest ? 1 : 0;
          double dequantized = Math.rint(Math.max(lowest, Math.min(highest, ratio))) * INPUT_SCALE;
          double arriving = 0;
          for (int c = 0; c < 2; c++) {
            double weight = w[c * FEATURES + f];
            arriving += pull[n * 2 + c] * weight;
            // The weights are on their grid, up to float32: away from the ends they add nothing.
            double onGrid = Math.rint(weight / WEIGHT_SCALES[c]);
            double end = onGrid == -128 ? -128 : onGrid == 127 ? 127 : 0;
            ofWeight[c] += pull[n * 2 + c] * dequantized * end;
          }
          ofInput += arriving * slope(ratio, lowest, highest);
        }
      }
      assertNotEquals(0, clipped, "no value was clipped");
      double shareOfInput = 1 / Math.sqrt(FEATURES * 255);
      assertEquals(
          ofInput * shareOfInput,
          parameter(graph, "xs").master().getGradient().getFloat(),
          // Sums of some 36 float32 products of size 100.
          1e-4 * Math.abs(ofInput * shareOfInput) + 1e-5);
      double shareOfWeight = 1 / Math.sqrt(FEATURES * 127);
      float[] found = parameter(graph, "ws").master().getGradient().toFloatArray();
      for (int c = 0; c < 2; c++) {
        // The ratio of a weight on the grid is whole but for the last digit of a float32.
        assertEquals(ofWeight[c] * shareOfWeight, found[c], 1e-3, "channel " + c);
      }
    }
  }

  @Test
  void theGradientOfAClippedValueIsThatOfFiniteDifferences() {
    OnnxModel model = model(1);
    float[] x = new float[FEATURES];
    Arrays.fill(x, 10f);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.trainableWithScales(model, TestDevice.device())) {
      NDArray in = TestDevice.place(manager.create(x, new Shape(1, FEATURES)));
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logitsInTraining(in).sum());
      }
      NDArray scale = parameter(graph, "xs").master();
      double gradient = scale.getGradient().getFloat() * Math.sqrt(FEATURES * 255);
      scale.setRequiresGradient(false);
      DoubleUnaryOperator at =
          value -> {
            scale.set(new float[] {(float) value});
            return graph.logits(in).sum().getFloat();
          };
      double h = 1e-3;
      double slope =
          (at.applyAsDouble(INPUT_SCALE + h) - at.applyAsDouble(INPUT_SCALE - h)) / (2 * h);
      // The function is linear here; what is left is float32 over a difference of 0.002.
      assertEquals(slope, gradient, 1e-3 * Math.abs(slope));
    }
  }

  @Test
  void changedScalesAndWhatFollowsFromThemRunInOnnxRuntimeAsInTheGraph() {
    OnnxModel model = model(1);
    float[] x = inputs();
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.trainableWithScales(model, TestDevice.device())) {
      assertArrayEquals(model.bytes(), graph.export().bytes(), "untouched");
      for (String name : List.of("xs", "ws")) {
        NDArray master = parameter(graph, name).master();
        master.setRequiresGradient(false);
        master.muli(0.83f);
      }
      OnnxModel changed = graph.export();
      float[] products = changed.graph().constant("bs").orElseThrow().floats();
      float input = changed.graph().constant("xs").orElseThrow().floats()[0];
      float[] weights = changed.graph().constant("ws").orElseThrow().floats();
      assertEquals(0.83f * INPUT_SCALE, input, 1e-8f);
      for (int c = 0; c < 2; c++) {
        assertEquals(input * weights[c], products[c], 0, "integer kernels take the product");
      }
      float[] found =
          graph
              .logits(TestDevice.place(manager.create(x, new Shape(BATCH, FEATURES))))
              .toFloatArray();
      try (RuntimeSession session =
          RuntimeSession.open(
              changed, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
        float[][] expected = session.logits(x, BATCH, FEATURES);
        for (int i = 0; i < found.length; i++) {
          // The bias is rounded to steps of 1.5e-4 at most in one of the two.
          assertEquals(expected[i / 2][i % 2], found[i], 3e-4, "at " + i);
        }
      }
    }
  }

  @Test
  void scalesStayWhereTheBiasCannotFollow() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainableWithScales(model(2), TestDevice.device())) {
      assertEquals(List.of("wq", "bq"), names(graph));
    }
  }

  @Test
  void aScaleOnBothSidesOfAnOperatorThatOnlyPassesStaysOne() {
    GraphBuilder b = new GraphBuilder("passing");
    b.input("x", 1, 4, 4);
    for (String name : List.of("a", "c")) {
      b.initializer(name + "s", Tensor.ofFloats(new long[0], new float[] {0.05f}));
      b.initializer(name + "z", Tensor.ofBytes(ElementType.UINT8, new long[0], new byte[1]));
    }
    b.node("QuantizeLinear", "aq", List.of("x", "as", "az"), Map.of());
    b.node("DequantizeLinear", "ad", List.of("aq", "as", "az"), Map.of());
    b.node("MaxPool", "p", List.of("ad"), Map.of("kernel_shape", new long[] {2, 2}));
    b.node("QuantizeLinear", "cq", List.of("p", "cs", "cz"), Map.of());
    b.node("DequantizeLinear", "cd", List.of("cq", "cs", "cz"), Map.of());
    b.initializer("w", Tensor.ofFloats(new long[] {2, 1, 3, 3}, new float[18]));
    b.node("Conv", "v", List.of("cd", "w"), Map.of());
    b.node("Flatten", "y", List.of("v"), Map.of());
    b.output("y", 2);
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainableWithScales(b.build(17), TestDevice.device())) {
      assertEquals(List.of("w", "as"), names(graph));
      NDArray scale = parameter(graph, "as").master();
      scale.setRequiresGradient(false);
      scale.muli(2f);
      Map<String, Float> written =
          List.of("as", "cs").stream()
              .collect(
                  Collectors.toMap(
                      name -> name,
                      name -> graph.export().graph().constant(name).orElseThrow().floats()[0]));
      assertEquals(Map.of("as", 0.1f, "cs", 0.1f), written);
    }
  }
}
