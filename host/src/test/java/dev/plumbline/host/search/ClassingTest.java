package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.proxy.ProxyJudge;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits of a few whole numbers, many of them equal; labels by hand. */
class ClassingTest {
  private static final int PICTURES = 400;
  private static final int CLASSES = 4;

  private final Random random = new Random(3);

  /** Logit c of a picture is its pixel c or a later one. */
  private static OnnxModel pixels(String name, int first) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 3, 4, 4)), Map.of());
    float[] chosen = new float[TinyModels.SHAPE.bytes() * CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      chosen[(first + c) * CLASSES + c] = 1;
    }
    graph.initializer("v", Tensor.ofFloats(new long[] {TinyModels.SHAPE.bytes(), CLASSES}, chosen));
    graph.output(graph.node("MatMul", "logits", List.of(flat, "v"), Map.of()), CLASSES);
    return graph.build();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9})
  void whatTheDeviceCallsEffectiveIsWhatTheHostDoesAlsoWhereLogitsAreEqual(double minConfidence) {
    float[] values = new float[PICTURES * TinyModels.SHAPE.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4);
    }
    int[] seedLabels = random.ints(PICTURES, 0, CLASSES).toArray();
    List<Decision> decisions = Argmax.known(seedLabels);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph original =
            DifferentiableGraph.frozen(pixels("original", 0), TestDevice.device());
        DifferentiableGraph compressed =
            DifferentiableGraph.frozen(pixels("compressed", CLASSES), TestDevice.device())) {
      ArrayPreprocessing arrays =
          new ArrayPreprocessing(manager, TestDevice.device(), SearchFixture.AS_PIXELS);
      Classing judge =
          new Classing(
              arrays, ProxyJudge.ofGraph(original, arrays), ProxyJudge.ofGraph(compressed, arrays));
      NDArray pictures = TestDevice.place(manager.create(values, new Shape(PICTURES, 3, 4, 4)));
      float[] found =
          judge
              .effective(
                  pictures,
                  SeedDecisions.of(Classification.PLAIN, decisions, manager, arrays),
                  minConfidence)
              .toFloatArray();
      float[] expected = new float[PICTURES];
      Judged judged = judge.mutated(pictures, decisions);
      int effective = 0;
      for (int n = 0; n < PICTURES; n++) {
        int from = n * TinyModels.SHAPE.bytes();
        int byOriginal = first(values, from);
        int byCompressed = first(values, from + CLASSES);
        boolean sure = confidence(values, from, byOriginal) >= minConfidence;
        boolean deviates = byOriginal == seedLabels[n] && byCompressed != seedLabels[n];
        expected[n] = deviates && sure ? 1 : 0;
        effective += (int) expected[n];
        assertEquals(deviates, judged.pictureClass(n) == PictureClass.EFFECTIVE);
      }
      assertArrayEquals(expected, found);
      assertTrue(minConfidence > 0.8 || effective > 20, effective + " effective");
    }
  }

  private static int first(float[] values, int from) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      best = values[from + c] > values[from + best] ? c : best;
    }
    return best;
  }

  private static double confidence(float[] values, int from, int label) {
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      sum += Math.exp(values[from + c] - values[from + label]);
    }
    return 1 / sum;
  }
}
