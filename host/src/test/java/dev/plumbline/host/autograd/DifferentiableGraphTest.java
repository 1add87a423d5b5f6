package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DifferentiableGraphTest {
  private final NDManager manager = DeviceArrays.owner();

  @AfterEach
  void close() {
    manager.close();
  }

  private static float[] random(long seed, int size, double scale) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  private static GraphBuilder matrix(String operator) {
    GraphBuilder builder = new GraphBuilder("small");
    builder.input("x", 4);
    builder.node(operator, "y", List.of("x"), Map.of());
    builder.output("y", 4);
    return builder;
  }

  /** A quantized linear layer with int8 weights per channel and an int32 bias. */
  private static OnnxModel quantized() {
    GraphBuilder b = new GraphBuilder("quantized");
    b.input("x", 4);
    b.initializer("s", Tensor.ofFloats(new long[0], 0.05f));
    b.initializer("z", Tensor.ofBytes(ElementType.UINT8, new long[0], (byte) 120));
    b.node("QuantizeLinear", "xq", List.of("x", "s", "z"), Map.of());
    b.node("DequantizeLinear", "xd", List.of("xq", "s", "z"), Map.of());
    byte[] w = new byte[12];
    new Random(3).nextBytes(w);
    w[0] = -128;
    w[1] = 127;
    b.initializer("wq", Tensor.ofBytes(ElementType.INT8, new long[] {3, 4}, w));
    b.initializer("ws", Tensor.ofFloats(new long[] {3}, 0.013f, 0.02f, 0.007f));
    b.initializer(
        "wz", Tensor.ofBytes(ElementType.INT8, new long[] {3}, (byte) 0, (byte) 0, (byte) 0));
    b.node("DequantizeLinear", "w", List.of("wq", "ws", "wz"), Map.of("axis", 0));
    b.initializer("bq", Tensor.ofInts(new long[] {3}, -4000, 17, 90000));
    b.initializer("bs", Tensor.ofFloats(new long[] {3}, 0.00065f, 0.001f, 0.00035f));
    b.initializer("bz", Tensor.ofInts(new long[] {3}, 0, 0, 0));
    b.node("DequantizeLinear", "b", List.of("bq", "bs", "bz"), Map.of("axis", 0));
    b.node("Gemm", "y", List.of("xd", "w", "b"), Map.of("transB", 1));
    b.output("y", 3);
    return b.build();
  }

  @Test
  void aMissingOperatorIsOneSentenceWithItsNameDomainOpsetAndNode() {
    OnnxModel model = matrix("Det").build();
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.frozen(model, TestDevice.device()).close());
    assertEquals(
        "operator Det of domain ai.onnx, opset 17, at node y cannot be differentiated:"
            + " Plumbline has no such operator",
        e.getMessage());
  }

  @Test
  void anUntouchedQuantizedGraphExportsTheInitializersItWasMadeFrom() {
    OnnxModel model = quantized();
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertEquals(Set.of("wq", "bq"), names(graph));
      assertArrayEquals(model.bytes(), graph.export().bytes());
    }
  }

  @Test
  void anUntouchedFloatGraphExportsTheBytesItWasMadeFrom() throws URISyntaxException {
    OnnxModel model = ExportedModelsTest.read("resnet", 17);
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      var before = model.proto().getGraph().getInitializerList();
      var after = graph.export().proto().getGraph().getInitializerList();
      assertEquals(before, after);
    }
  }

  private static Set<String> names(DifferentiableGraph graph) {
    return graph.parameters().stream()
        .map(Parameter::name)
        .collect(java.util.stream.Collectors.toSet());
  }

  @Test
  void aChangedQuantizedGraphRunsInOnnxRuntimeAsTheGraphDoes() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(quantized(), TestDevice.device())) {
      float[] x = random(4, 20, 2);
      NDArray in = TestDevice.place(manager.create(x, new Shape(5, 4)));
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logitsInTraining(in).square().sum());
      }
      for (Parameter p : graph.parameters()) {
        NDArray step = p.master().getGradient().mul(1e-3f);
        assertTrue(step.abs().sum().getFloat() > 0, p.name());
        p.master().setRequiresGradient(false);
        p.master().subi(step);
      }
      OnnxModel changed = graph.export();
      assertNotEquals(graph.model().sha256(), changed.sha256());
      float[] y = graph.logits(in).toFloatArray();
      try (RuntimeSession session =
          RuntimeSession.open(
              changed,
              RuntimeProvider.cpu(),
              RuntimeSession.Optimization.NONE,
              java.util.Optional.empty())) {
        float[][] expected = session.logits(x, 5, 4);
        for (int i = 0; i < y.length; i++) {
          // Four products in another order, of size 10 at most.
          assertEquals(expected[i / 3][i % 3], y[i], 1e-4, "at " + i);
        }
      }
    }
  }

  @Test
  void weightGradientsAgreeWithCentralDifferencesInDouble() throws URISyntaxException {
    OnnxModel model = ExportedModelsTest.read("lenet5", 17);
    float[] x = random(5, 2 * 3 * 16 * 16, 1);
    Shape shape = new Shape(2, 3, 16, 16);
    float[] projection = random(6, 20, 1);
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertEquals(8, graph.parameters().size());
      try (GradientTape tape = GradientTape.open()) {
        NDArray y = graph.logits(TestDevice.place(manager.create(x, shape)));
        tape.backward(y.mul(TestDevice.place(manager.create(projection, y.getShape()))).sum());
      }
      Random random = new Random(7);
      for (Parameter p : graph.parameters()) {
        float[] gradient = p.master().getGradient().toFloatArray();
        float[] w = p.master().toFloatArray();
        int at = random.nextInt(w.length);
        long[] dims = p.master().getShape().getShape();
        float[] up = w.clone();
        up[at] += 1e-4f;
        float[] down = w.clone();
        down[at] -= 1e-4f;
        double above = projected(model, p.name(), Tensor.ofFloats(dims, up), x, shape, projection);
        double below =
            projected(model, p.name(), Tensor.ofFloats(dims, down), x, shape, projection);
        double expected = (above - below) / ((double) up[at] - down[at]);
        // The gradient is float32 through seven layers: some 1e-5; the curvature term 1e-6.
        assertEquals(expected, gradient[at], 1e-4 + 1e-3 * Math.abs(expected), p.name());
      }
    }
  }

  private static double projected(
      OnnxModel model, String name, Tensor value, float[] x, Shape shape, float[] projection) {
    OnnxModel moved = model.withConstants(Map.of(name, value));
    try (NDManager own = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(moved, TestDevice.device(), DataType.FLOAT64)) {
      NDArray in = TestDevice.place(own.create(x, shape)).toType(DataType.FLOAT64, true);
      double[] y = graph.logits(in).toDoubleArray();
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += y[i] * projection[i];
      }
      return sum;
    }
  }

  @Test
  void theStraightThroughGradientIsOneInsideAndZeroWhereClipped() {
    GraphBuilder b = new GraphBuilder("q");
    b.input("x", 8);
    b.initializer("s", Tensor.ofFloats(new long[0], 0.1f));
    b.initializer("z", Tensor.ofBytes(ElementType.INT8, new long[0], (byte) 28));
    b.node("QuantizeLinear", "q", List.of("x", "s", "z"), Map.of());
    b.node("DequantizeLinear", "y", List.of("q", "s", "z"), Map.of());
    b.output("y", 8);
    // Representable: (-128 - 28) / 10 = -15.6 to (127 - 28) / 10 = 9.9.
    float[] x = {-15.7f, -15.5f, -0.05f, 0, 0.26f, 9.8f, 10f, 1e6f};
    float[] expected = {0, 1, 1, 1, 1, 1, 0, 0};
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(b.build(), TestDevice.device());
        GradientTape tape = GradientTape.open()) {
      NDArray in = TestDevice.place(manager.create(x, new Shape(1, 8)));
      in.setRequiresGradient(true);
      tape.backward(graph.logits(in).sum());
      assertArrayEquals(expected, in.getGradient().toFloatArray());
    }
  }

  @Test
  void quantizingAndRoundingTiesIsBitForBitThatOfOnnxRuntimeFusedOrNot() {
    // A second DequantizeLinear with another scale keeps the first pair from being fused.
    for (boolean fused : new boolean[] {true, false}) {
      GraphBuilder b = new GraphBuilder("q");
      b.input("x", 64);
      b.initializer("s", Tensor.ofFloats(new long[0], 0.25f));
      b.initializer("z", Tensor.ofBytes(ElementType.UINT8, new long[0], (byte) 131));
      b.node("QuantizeLinear", "q", List.of("x", "s", "z"), Map.of());
      b.node("DequantizeLinear", "d", List.of("q", "s", "z"), Map.of());
      b.initializer("s2", Tensor.ofFloats(new long[0], 0.25f + (fused ? 0 : 1)));
      b.node("DequantizeLinear", "e", List.of("q", "s2", "z"), Map.of());
      b.node("Add", "y", List.of("d", "e"), Map.of());
      b.output("y", 64);
      float[] x = new float[64];
      for (int i = 0; i < 64; i++) {
        x[i] = (i - 32) * 0.125f * (i % 3 == 0 ? 9 : 1);
      }
      OnnxModel model = b.build();
      try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device());
          RuntimeSession session =
              RuntimeSession.open(
                  model,
                  RuntimeProvider.cpu(),
                  RuntimeSession.Optimization.NONE,
                  java.util.Optional.empty())) {
        float[] expected = session.logits(x, 1, 64)[0];
        NDArray in = TestDevice.place(manager.create(x, new Shape(1, 64)));
        assertSameNumbers(expected, graph.logits(in).toFloatArray());
        in.setRequiresGradient(true);
        assertSameNumbers(expected, graph.logits(in).toFloatArray());
      }
    }
  }

  /** No tolerance; but zero has no sign, as there is none among integers. */
  private static void assertSameNumbers(float[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i] + 0f, found[i] + 0f, "at " + i);
    }
  }

  @Test
  void aFloatWeightBehindQuantizeLinearIsTrained() {
    GraphBuilder b = new GraphBuilder("qat");
    b.input("x", 4);
    b.initializer("w", Tensor.ofFloats(new long[] {3, 4}, random(8, 12, 1)));
    b.initializer("s", Tensor.ofFloats(new long[0], 0.02f));
    b.initializer("z", Tensor.ofBytes(ElementType.INT8, new long[0], (byte) 0));
    b.node("QuantizeLinear", "q", List.of("w", "s", "z"), Map.of());
    b.node("DequantizeLinear", "d", List.of("q", "s", "z"), Map.of());
    b.node("Gemm", "y", List.of("x", "d"), Map.of("transB", 1));
    b.output("y", 3);
    OnnxModel model = b.build();
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device());
        GradientTape tape = GradientTape.open()) {
      assertEquals(Set.of("w"), names(graph));
      tape.backward(graph.logits(TestDevice.place(manager.ones(new Shape(2, 4)))).sum());
      float[] gradient = graph.parameters().get(0).master().getGradient().toFloatArray();
      float[] twos = new float[12];
      Arrays.fill(twos, 2);
      assertArrayEquals(twos, gradient, 1e-5f);
      assertArrayEquals(model.bytes(), graph.export().bytes());
    }
  }

  @Test
  void trainingMovesTheStatisticsOfNormalisationByATenth() throws URISyntaxException {
    OnnxModel model = ExportedModelsTest.read("densenet", 17);
    var norm =
        model.graph().nodes().stream().filter(n -> n.is("BatchNormalization")).findFirst().get();
    String name = norm.inputs().get(3);
    float[] before = model.graph().constants().get(name).floats();
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      NDArray in = TestDevice.place(manager.create(random(9, 4 * 768, 1), new Shape(4, 3, 16, 16)));
      String into = norm.inputs().get(0);
      NDArray x = graph.logitsAnd(in, Set.of(into)).captured().get(into);
      graph.logitsInTraining(in);
      float[] after = graph.export().graph().constants().get(name).floats();
      for (int c = 0; c < before.length; c++) {
        float batch = x.get(":," + c).mean().getFloat();
        // Float32 means of 1,024 numbers near 1.
        assertEquals(0.9 * before[c] + 0.1 * batch, after[c], 1e-5, "channel " + c);
      }
    }
  }

  @Test
  void normalisationIsComputedWithTheConvolutionBeforeItUnlessItIsTrained()
      throws URISyntaxException {
    OnnxModel model = ExportedModelsTest.read("resnet", 17);
    String conv = "/0/Conv_output_0";
    String norm = "/1/BatchNormalization_output_0";
    try (DifferentiableGraph frozen = DifferentiableGraph.frozen(model, TestDevice.device());
        DifferentiableGraph trained = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertFalse(frozen.computed().contains(conv));
      assertTrue(frozen.computed().contains(norm));
      assertTrue(trained.computed().contains(conv));
      NDArray x = TestDevice.place(manager.create(random(1, 768, 1), new Shape(1, 3, 16, 16)));
      float[] expected = trained.logits(x).toFloatArray();
      // Folding rounds the weights once more.
      assertArrayEquals(expected, frozen.logits(x).toFloatArray(), 1e-5f);
    }
  }

  @Test
  void capturedValuesOutliveTheRunAndTheGraphKeepsItsConstants() throws URISyntaxException {
    OnnxModel model = ExportedModelsTest.read("resnet", 17);
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      Set<String> every = new java.util.HashSet<>(graph.computed());
      every.add(model.graph().constants().keySet().iterator().next());
      float[] x = random(1, 768, 1);
      float[] first;
      try (NDManager own = manager.newSubManager()) {
        GraphRun run =
            graph.logitsAnd(TestDevice.place(own.create(x, new Shape(1, 3, 16, 16))), every);
        assertTrue(run.captured().size() > 10);
        run.captured().values().forEach(a -> assertTrue(Float.isFinite(a.sum().getFloat())));
        first = run.logits().toFloatArray();
      }
      try (NDManager own = manager.newSubManager()) {
        NDArray in = TestDevice.place(own.create(x, new Shape(1, 3, 16, 16)));
        assertArrayEquals(first, graph.logits(in).toFloatArray());
      }
    }
  }

  @Test
  void hundredsOfPassesKeepNoArrayAndLittleMemory() throws URISyntaxException, IOException {
    for (String name : List.of("resnet", "densenet")) {
      OnnxModel model = ExportedModelsTest.read(name, 17);
      try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
        long resident = 0;
        for (int pass = 0; pass < 1000; pass++) {
          try (NDManager own = manager.newSubManager()) {
            NDArray in =
                TestDevice.place(own.create(random(pass, 2 * 768, 1), new Shape(2, 3, 16, 16)));
            if (pass < 500) {
              graph.logits(in);
              assertEquals(2, own.getManagedArrays().size(), "input and logits");
            } else {
              in.setRequiresGradient(true);
              try (GradientTape tape = GradientTape.open()) {
                NDArray y = graph.logits(in);
                assertEquals(2, own.getManagedArrays().size(), "input and logits");
                tape.backward(y.sum());
              }
            }
          }
          if (pass == 100) {
            resident = resident();
          }
        }
        assertEquals(0, manager.getManagedArrays().size());
        // One pass makes some 200 kB of arrays: 900 kept ones would be 180 MB.
        long grown = resident() - resident;
        // Arrays of a GPU are not in this memory, and its kernels come into it on the way.
        assertTrue(
            TestDevice.device().isGpu() || grown < 100_000_000,
            name + " grew by " + grown + " bytes");
      }
    }
  }

  private static long resident() throws IOException {
    String statm = Files.readString(Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ")[1]) * 4096;
  }
}
