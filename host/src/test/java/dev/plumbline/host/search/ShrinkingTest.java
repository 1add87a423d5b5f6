package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of linear models the nearest deviation is known: geometry is the oracle. */
class ShrinkingTest {
  private static final int PIXELS = 48;
  private static final int SEEDS = 12;

  private final Random random = new Random(1);
  private final float[] weights = gaussian();

  private float[] gaussian() {
    float[] values = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Two classes; the margin of the first one is weights times pixels, plus bias. */
  private OnnxModel linear(String name, double bias) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 3, 4, 4)), Map.of());
    float[] columns = new float[2 * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      columns[2 * i] = weights[i];
    }
    graph.initializer("v", Tensor.ofFloats(new long[] {PIXELS, 2}, columns));
    graph.initializer("c", Tensor.ofFloats(new long[] {2}, new float[] {(float) bias, 0}));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "v", "c"), Map.of()), 2);
    return graph.build();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void ofAChangeOnlyWhatTheMarginsAskForIsLeft() {
    double squares = dot(weights, weights);
    // The original holds where the compressed model has left for 60 more.
    float[][] seeds = new float[SEEDS][PIXELS];
    float[][] found = new float[SEEDS][PIXELS];
    double[] margins = new double[SEEDS];
    double bias = -128 * dot(weights, ones());
    for (int n = 0; n < SEEDS; n++) {
      float[] aside = gaussian();
      double along = dot(aside, weights) / squares;
      do {
        for (int i = 0; i < PIXELS; i++) {
          seeds[n][i] = 108 + random.nextInt(41);
        }
        margins[n] = dot(seeds[n], weights) + bias;
      } while (margins[n] < 200 || margins[n] > 500);
      for (int i = 0; i < PIXELS; i++) {
        double down = -(margins[n] + 20) / squares * weights[i];
        double across = 20 * (aside[i] - along * weights[i]);
        found[n][i] = Math.round(seeds[n][i] + down + across);
      }
    }
    SearchSettings settings = TestSettings.of(1, List.of(1f, 1f, 1f), 100 / 255.0, 5);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph original =
            DifferentiableGraph.frozen(linear("original", bias + 60), TestDevice.device());
        DifferentiableGraph compressed =
            DifferentiableGraph.frozen(linear("compressed", bias), TestDevice.device());
        Classing judge =
            Classing.of(
                original,
                compressed,
                new ArrayPreprocessing(manager, TestDevice.device(), SearchFixture.AS_PIXELS))) {
      ArrayPreprocessing arrays =
          new ArrayPreprocessing(manager, TestDevice.device(), SearchFixture.AS_PIXELS);
      Judged whole = judge.mutated(pictures(manager, found), Argmax.known(new int[SEEDS]));
      Judged shrunk =
          new Shrinking(
                  original,
                  compressed,
                  judge,
                  new Confirming(
                      Classification.PLAIN, Optional.empty(), arrays, compressed.model()),
                  arrays,
                  settings)
              .shrink(
                  pictures(manager, found),
                  pictures(manager, seeds),
                  SeedDecisions.of(
                      Classification.PLAIN, Argmax.known(new int[SEEDS]), manager, arrays));
      float[] pixels = shrunk.pixels().toFloatArray();
      for (int n = 0; n < SEEDS; n++) {
        assertTrue(whole.isEffective(n), "picture " + n + " did not deviate");
        assertTrue(shrunk.isEffective(n), "picture " + n + " does not deviate any more");
        double before = 0;
        double after = 0;
        for (int i = 0; i < PIXELS; i++) {
          float pixel = pixels[n * PIXELS + i];
          assertEquals(Math.rint(pixel), pixel, "a pixel is not whole");
          before += Math.pow(found[n][i] - seeds[n][i], 2);
          after += Math.pow(pixel - seeds[n][i], 2);
        }
        double nearest = margins[n] / Math.sqrt(squares);
        // Whole pixel values, some 5 of them each, cost a tenth.
        assertTrue(
            Math.sqrt(after) < 1.1 * nearest,
            "length " + Math.sqrt(after) + ", was " + Math.sqrt(before) + ", nearest " + nearest);
        assertTrue(Math.sqrt(after) >= nearest - 1e-3);
      }
    }
  }

  private static float[] ones() {
    float[] ones = new float[PIXELS];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static NDArray pictures(NDManager manager, float[][] pixels) {
    float[] all = new float[pixels.length * PIXELS];
    for (int n = 0; n < pixels.length; n++) {
      System.arraycopy(pixels[n], 0, all, n * PIXELS, PIXELS);
    }
    return TestDevice.place(manager.create(all, new Shape(pixels.length, 3, 4, 4)));
  }
}
