package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchFixture.BYTES;
import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.label;
import static dev.plumbline.host.search.SearchFixture.logits;
import static dev.plumbline.host.search.SearchFixture.preprocessing;
import static dev.plumbline.host.search.SearchFixture.search;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both algorithms as published, against steps by central differences and by hand. */
class CompdTest {
  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  /**
   * The oracle walks the same seed with central differences of the logits that ONNX Runtime gives.
   * Those of a smooth float32 model are good to some 1e-4, which is 0.006 of a pixel's step: pixels
   * are equal but where a value lies that near to the middle of two, and then one apart.
   */
  @ParameterizedTest
  @CsvSource({"NCHW,RGB", "NCHW,BGR", "NHWC,RGB", "NHWC,BGR"})
  void stepsGoDownTheDifferenceOfLogitsAndAreClippedPerChannel(Layout layout, ChannelOrder order) {
    OnnxModel original = TinyModels.classifier("original", "Tanh", layout, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Preprocessing preprocessing = preprocessing(layout, order);
    Dataset seeds = TinyModels.pictures(3, 5);
    CollectedMutations found =
        search(original, compressed, preprocessing, seeds, new Compd(), settings(3, 2, 1));

    float[] bounds = {0.3f, 0.2f, 0.1f};
    int clipped = 0;
    int free = 0;
    int unequal = 0;
    try (RuntimeSession o = RuntimeSession.open(original, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(compressed, RuntimeProvider.cpu())) {
      for (int seed = 0; seed < seeds.size(); seed++) {
        float[] x = new float[BYTES];
        preprocessing.toInput(seeds.picture(seed), x, 0);
        for (int step = 1; step <= 3; step++) {
          int r = label(logits(o, x));
          float[] next = x.clone();
          for (int i = 0; i < BYTES; i++) {
            int modelChannel = layout == Layout.NCHW ? i / 16 : i % 3;
            float bound = bounds[preprocessing.pictureChannel(modelChannel)];
            double change = -0.9 * slope(o, c, r, x, i);
            clipped += Math.abs(change) > bound ? 1 : 0;
            free += Math.abs(change) < bound ? 1 : 0;
            next[i] += (float) Math.max(-bound, Math.min(bound, change));
          }
          x = next;
          byte[] expected = preprocessing.toPicture(TinyModels.SHAPE, x, 0).pixels();
          byte[] actual = found.of(seed, step).picture().bytes();
          for (int i = 0; i < BYTES; i++) {
            int apart = Math.abs((expected[i] & 0xff) - (actual[i] & 0xff));
            assertTrue(apart <= 1, "seed " + seed + " step " + step + " pixel " + i);
            unequal += apart;
          }
        }
      }
    }
    assertTrue(clipped > 20 && free > 20, clipped + " clipped, " + free + " not");
    assertTrue(unequal <= 9, unequal + " of " + 9 * BYTES + " pixels differ");
  }

  /** Derivative of the loss of algorithm 1. */
  private static double slope(RuntimeSession o, RuntimeSession c, int r, float[] x, int at) {
    float h = 0.02f;
    float[] up = x.clone();
    float[] down = x.clone();
    up[at] += h;
    down[at] -= h;
    double width = (double) up[at] - down[at];
    double ofOriginal = ((double) logits(o, up)[r] - logits(o, down)[r]) / width;
    double ofCompressed = ((double) logits(c, up)[r] - logits(c, down)[r]) / width;
    return -(ofOriginal - ofCompressed);
  }

  /** A linear layer of two neurons on one pixel each, then a linear layer of two classes. */
  private static OnnxModel neurons(String name, float bias) {
    GraphBuilder graph = new GraphBuilder(name);
    String input = graph.input("input", 3, 4, 4);
    String flat = graph.node("Flatten", "flat", List.of(input), Map.of());
    float[] weights = new float[BYTES * 2];
    weights[0] = 0.002f;
    weights[2 + 1] = 0.004f;
    graph.initializer("w", Tensor.ofFloats(new long[] {BYTES, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, bias, 1));
    String before = graph.node("Gemm", "before", List.of(flat, "w", "b"), Map.of());
    String relu = graph.node("Relu", "relu", List.of(before), Map.of());
    graph.initializer("v", Tensor.ofFloats(new long[] {2, 2}, 1, 0, 0, 1));
    graph.output(graph.node("MatMul", "logits", List.of(relu, "v"), Map.of()), 2);
    return graph.build();
  }

  /**
   * By hand: neuron 0 alone is active in the original (bias 0.5) and not in the compressed model
   * (bias -0.5), on weights that no pixel can outweigh. The label is 1, whose logits are the same,
   * so the loss is -20 times neuron 0's pre-activation; its slope at pixel 0 is -0.04 and the step
   * 0.036 in normalised units, that is 0.036 * 0.229 * 255 = 2.10 of a pixel.
   */
  @Test
  void coverageRaisesTheNeuronThatTheCompressedModelLost() {
    Dataset seeds = TinyModels.pictures(6, 12);
    OnnxModel original = neurons("original", 0.5f);
    CollectedMutations coverage =
        search(
            original,
            neurons("compressed", -0.5f),
            PLAIN,
            seeds,
            new CompdCoverage(),
            settings(1, 4, 1));
    int moved = 0;
    for (MutatedPicture m : coverage.mutated) {
      byte[] seed = seeds.picture(m.seed()).pixels();
      assertEquals(Math.min(255, (seed[0] & 0xff) + 2), m.picture().bytes()[0] & 0xff, "pixel 0");
      moved++;
      for (int i = 1; i < BYTES; i++) {
        assertEquals(seed[i], m.picture().bytes()[i], "pixel " + i);
      }
    }
    assertEquals(6, moved);
  }

  @Test
  void coverageWithoutSuchANeuronGoesByAlgorithm1() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    Map<String, Tensor> other =
        Map.of("c", Tensor.ofFloats(new long[] {4}, 0.4f, -0.1f, 0.2f, -0.3f));
    // Only the last layer differs: every neuron is active in both or in none.
    OnnxModel compressed =
        TinyModels.compressed(original, 0.1, 8)
            .withConstants(
                Map.of(
                    "w", original.graph().constants().get("w"),
                    "b", original.graph().constants().get("b")))
            .withConstants(other);
    Dataset seeds = TinyModels.pictures(4, 13);
    List<MutatedPicture> plain =
        search(original, compressed, PLAIN, seeds, new Compd(), settings(2, 4, 1)).mutated;
    assertFalse(plain.isEmpty());
    assertTrue(plain.stream().anyMatch(m -> m.rms() > 0), "nothing moved");
    assertEquals(
        plain,
        search(original, compressed, PLAIN, seeds, new CompdCoverage(), settings(2, 4, 1)).mutated);
  }

  @Test
  void coverageRefusesAModelWithoutReluNodes() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.classifier("smooth", "Tanh", Layout.NCHW, 7);
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () ->
                search(
                    original,
                    compressed,
                    PLAIN,
                    TinyModels.pictures(1, 1),
                    new CompdCoverage(),
                    settings(1, 1, 1)));
    assertTrue(refused.getMessage().contains("smooth has 0 Relu nodes"), refused.getMessage());
  }
}
