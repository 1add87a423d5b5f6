package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunKernels;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Against what ONNX Runtime's own quantizer makes of the same float model ({@code
 * bench/compression/precision.py}).
 */
class MixedPrecisionTest {
  private static final int PICTURES = 64;

  private static OnnxModel model(String name) throws IOException {
    try (InputStream in = MixedPrecisionTest.class.getResourceAsStream("/precision/" + name)) {
      return OnnxModel.parse(name, in.readAllBytes());
    }
  }

  private static float[][] logits(OnnxModel model) {
    Random random = new Random(3);
    float[] pictures = new float[PICTURES * 64];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = random.nextFloat();
    }
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      return session.logits(pictures, PICTURES, 1, 8, 8);
    }
  }

  private static double apart(float[][] a, float[][] b) {
    assertEquals(a.length, b.length);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      assertEquals(a[i].length, b[i].length);
      for (int k = 0; k < a[i].length; k++) {
        assertTrue(Float.isFinite(a[i][k]) && Float.isFinite(b[i][k]));
        largest = Math.max(largest, Math.abs(a[i][k] - b[i][k]));
      }
    }
    return largest;
  }

  /** Median of the largest difference in each row. */
  private static double typical(float[][] a, float[][] b) {
    double[] rows = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      rows[i] = apart(new float[][] {a[i]}, new float[][] {b[i]});
    }
    Arrays.sort(rows);
    return rows[rows.length / 2];
  }

  private static CompressedLayers layers() throws IOException {
    return CompressedLayers.of(model("int8.onnx"), model("float.onnx"));
  }

  @Test
  void aResidualNetworkIsCutAfterItsStemAndAfterEachBlock() throws IOException {
    List<List<String>> stretches = layers().floatStretches();
    assertEquals(List.of("stem"), stretches.get(0));
    assertEquals(List.of("stem", "one.a", "one.b", "one.add"), stretches.get(1));
    assertEquals(
        List.of("stem", "one.a", "one.b", "one.add", "two.a", "two.b", "two.add"),
        stretches.get(2));
    assertEquals(List.of(8), List.of(stretches.get(3).size()), "with the pool");
    assertEquals(4, stretches.size(), "nothing after the head: " + stretches);
  }

  @Test
  void aStretchInFloatGivesWhatOnnxRuntimesQuantizerMakesWithTheseNodesLeftOut()
      throws IOException {
    OnnxModel mixed = layers().inFloat(layers().floatStretches().get(1));
    OnnxModel theirs = model("int8-float3.onnx");
    // Integers are equal; sums of floats may be added in another order.
    assertEquals(0, apart(logits(theirs), logits(mixed)), 1e-5);
    assertEquals(RunKernels.of(theirs), RunKernels.of(mixed));
    assertTrue(apart(logits(model("int8.onnx")), logits(mixed)) > 1e-3, "something was put back");
  }

  @Test
  void additionsInFloatPassEachOtherWhatIntegersGetRounded() throws IOException {
    assertEquals(List.of("one.add", "two.add"), layers().additions());
    OnnxModel passing = layers().inFloatPassing(layers().additions());
    Node second = named(passing, "two.add");
    // Convolutions between them take the first one's sum rounded, the second one as it is.
    Node skipped =
        second.inputs().stream()
            .flatMap(input -> passing.graph().producer(input).stream())
            .filter(node -> !node.dequantizes())
            .findFirst()
            .orElseThrow();
    assertEquals("Relu", skipped.operator());
    assertEquals("one.add", passing.graph().producer(skipped.inputs().get(0)).orElseThrow().name());
    assertTrue(
        passing
            .graph()
            .producer(named(passing, "two.a").inputs().get(0))
            .orElseThrow()
            .dequantizes());
    assertTrue(
        apart(logits(layers().inFloat(layers().additions())), logits(passing)) > 1e-3,
        "the sum was rounded before");
    assertEquals(RunKernels.of(model("int8.onnx")).integer() - 2, RunKernels.of(passing).integer());
  }

  private static Node named(OnnxModel model, String name) {
    return model.graph().nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void unitsAreLayersOfWeightsNeighboursAndBlocks() throws IOException {
    List<Set<String>> units = layers().floatUnits();
    assertEquals(Set.copyOf(units).size(), units.size());
    assertTrue(
        units.containsAll(
            List.of(
                Set.of("two.a"),
                Set.of("stem", "one.add"),
                Set.of("one.add", "two.add"),
                Set.of("two.a", "two.b", "two.add"))),
        units.toString());
    assertFalse(units.contains(Set.of("stem", "two.a")), "nothing goes from one to the other");
  }

  @Test
  void activationsOfSixteenBitsGiveWhatOnnxRuntimesQuantizerMakes() throws IOException {
    OnnxModel wide = WideActivations.of(model("int8.onnx"));
    float[][] theirs = logits(model("int16.onnx"));
    // Theirs ends the ranges at the extremes, ours where 8 bits have a zero: a few numbers beyond
    // the ranges of calibration are cut off elsewhere.
    double apart = typical(theirs, logits(wide));
    double eight = typical(theirs, logits(model("int8.onnx")));
    assertTrue(apart < eight / 5, apart + " from theirs, 8 bits " + eight);
  }

  @Test
  void onnxRuntimeHasIntegerKernelsForEightBitsAndNoneForSixteen() throws IOException {
    RunKernels eight = RunKernels.of(model("int8.onnx"));
    RunKernels wide = RunKernels.of(WideActivations.of(model("int8.onnx")));
    assertEquals(0, eight.floatLayers(), eight.toString());
    assertTrue(eight.integer() >= 8, eight.toString());
    assertEquals(0, wide.integer(), wide.toString());
    assertEquals(6, wide.floatLayers(), wide.toString());
  }

  @Test
  void widenedModelsAreReadAndWidenedOnce() throws IOException {
    OnnxModel wide = WideActivations.of(model("int8.onnx"));
    assertArrayEquals(wide.bytes(), WideActivations.of(model("int8.onnx")).bytes());
    Refusal.says(() -> WideActivations.of(wide), "expected QuantizeLinear of 8 bits");
    Refusal.says(() -> WideActivations.of(model("float.onnx")), "has no activations of 8 bits");
  }

  /** Two branches from the input that meet in the logits. */
  private static OnnxModel branches() {
    GraphBuilder graph = new GraphBuilder("branches");
    graph.input("input", 1, 4, 4);
    for (String branch : List.of("a", "b")) {
      float[] weights = new float[32];
      Random random = new Random(branch.hashCode());
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      graph.initializer("w" + branch, Tensor.ofFloats(new long[] {16, 2}, weights));
      graph.node("Flatten", "flat" + branch, List.of("input"), Map.of());
      graph.node("MatMul", "product" + branch, List.of("flat" + branch, "w" + branch), Map.of());
    }
    graph.node("Add", "logits", List.of("producta", "productb"), Map.of());
    graph.output("logits", 2);
    return graph.build();
  }

  @Test
  void aGraphWithoutAValueThatAloneLeadsOnIsRefused() {
    NoisePictures pictures = new NoisePictures(new PictureShape(1, 4, 4), 8);
    OnnxModel original = branches();
    OnnxModel int8 =
        new Quantizer(Accelerator.CPU)
            .quantize(
                original,
                pictures.preprocessing(),
                pictures,
                QuantizationSettings.minMax(),
                Progress.SILENT);
    Refusal.says(() -> CompressedLayers.of(int8, original).floatStretches(), "cannot be cut");
  }

  @Test
  void aStretchNeedsTheOriginalsWeights() throws IOException {
    CompressedLayers layers = CompressedLayers.of(model("int8.onnx"), branches());
    Refusal.says(layers::floatStretches, "expected a model that was quantized from it");
  }
}
