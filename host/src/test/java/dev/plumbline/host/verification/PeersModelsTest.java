package dev.plumbline.host.verification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that other tools wrote ({@code bench/peers/make_tiny.py}): PyTorch's exporters, ONNX
 * Runtime's quantizer. ONNX Runtime with its optimisations off is the oracle.
 */
class PeersModelsTest {
  @TempDir Path temp;

  private static final int PICTURES = 200;
  private static final long[] DIMS = {PICTURES, 3, 16, 16};

  static List<String> models() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(PeersModelsTest.class.getResource("/peers").toURI());
  }

  private static float[] input() {
    Random random = new Random(3);
    float[] input = new float[PICTURES * 3 * 16 * 16];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    return input;
  }

  private static float[][] expected(OnnxModel model, Optimization optimization) {
    return logits(
        RuntimeSession.open(model, RuntimeProvider.cpu(), optimization, Optional.empty()));
  }

  private static float[][] logits(RuntimeSession opened) {
    try (RuntimeSession session = opened) {
      return session.logits(input(), DIMS);
    }
  }

  private static float[] found(OnnxModel model) {
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray logits = graph.logits(TestDevice.place(manager.create(input(), new Shape(DIMS))));
      assertEquals(new Shape(PICTURES, 4), logits.getShape());
      return logits.toFloatArray();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theGraphGivesTheLogitsOfOnnxRuntime(String name) throws URISyntaxException {
    OnnxModel model = OnnxModel.read(folder().resolve(name));
    float[][] expected = expected(model, Optimization.NONE);
    float[][] deployed =
        RuntimeSession.openUnsaturated(model).map(PeersModelsTest::logits).orElse(expected);
    float[] found = found(model);
    double largest = 0;
    for (float[] row : expected) {
      for (float value : row) {
        assertTrue(Float.isFinite(value), "a logit is no number");
        largest = Math.max(largest, Math.abs(value));
      }
    }
    boolean quantized = !name.endsWith("-old.onnx") && !name.endsWith("-new.onnx");
    int labels = 0;
    int deployedLabels = 0;
    for (int i = 0; i < PICTURES; i++) {
      float[] row = Arrays.copyOfRange(found, 4 * i, 4 * i + 4);
      for (int c = 0; c < 4 && !quantized; c++) {
        // Of float models: sums in another order.
        assertEquals(expected[i][c], row[c], 1e-4 * largest, "picture " + i + " class " + c);
      }
      labels += highest(row) == highest(expected[i]) ? 1 : 0;
      deployedLabels += highest(row) == highest(deployed[i]) ? 1 : 0;
    }
    // A value on the edge between two steps of the quantization may go either way, as sums are made
    // in another order. The graph rounds behind a product as the integer kernels do, and elsewhere
    // as the model says, so it lies between the two; one picture of 200 may change its label by
    // that on another processor. None does on x86 with VNNI.
    int same = quantized ? Math.max(labels, deployedLabels) : labels;
    assertTrue(
        same >= (quantized ? PICTURES - 1 : PICTURES),
        labels + " labels are the model's and " + deployedLabels + " those of it as deployed");
  }

  private static int highest(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  @ParameterizedTest
  @MethodSource("models")
  void aGradientReachesTheInput(String name) throws URISyntaxException {
    OnnxModel model = OnnxModel.read(folder().resolve(name));
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray input =
          TestDevice.place(
              manager.create(Arrays.copyOf(input(), 4 * 3 * 16 * 16), new Shape(4, 3, 16, 16)));
      input.setRequiresGradient(true);
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logits(input).square().sum());
      }
      float[] gradient = input.getGradient().toFloatArray();
      int moving = 0;
      for (float g : gradient) {
        assertTrue(Float.isFinite(g), "a gradient is no number");
        moving += g != 0 ? 1 : 0;
      }
      // Where values are clipped the gradient is 0; a broken chain would give 0 everywhere.
      assertTrue(moving > gradient.length / 2, moving + " of " + gradient.length + " are not 0");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelReadAndWrittenIsTheSame(String name) throws IOException, URISyntaxException {
    Path file = folder().resolve(name);
    OnnxModel model = OnnxModel.read(file);
    Path written = temp.resolve("written.onnx");
    model.write(written);
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(written));
    // What is parsed and serialized again may order its fields otherwise, and means the same.
    assertEquals(
        expectedText(expected(model, Optimization.NONE)),
        expectedText(expected(rewritten(model), Optimization.NONE)));
  }

  private static OnnxModel rewritten(OnnxModel model) {
    return OnnxModel.of(model.name(), model.proto());
  }

  private static String expectedText(float[][] logits) {
    return Arrays.deepToString(logits);
  }
}
