package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Numbers;
import dev.plumbline.host.task.Tasks;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Searches where decisions are numbers, on models that are one weighted sum of the input. There the
 * two are furthest apart at a corner of the ball: at a seed their distance d = |(w - v) x| can grow
 * by the sum of |w - v| times the radius, and by no more.
 */
class PartingTest {
  private static final int RADIUS = 8;
  private static final int STEPS = 10;

  private final Random random = new Random(3);
  private final float[] w = new float[SearchFixture.BYTES];
  private final float[] v = new float[SearchFixture.BYTES];
  private Dataset seeds;

  @BeforeEach
  void setUp() {
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextGaussian();
      v[i] = w[i] + 0.002f * (float) random.nextGaussian();
    }
    seeds = TinyModels.pictures(6, 11);
  }

  private static OnnxModel sum(String name, float[] weights, double bound) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 3, 4, 4)), Map.of());
    graph.initializer("weights", Tensor.ofFloats(new long[] {weights.length, 1}, weights));
    graph.output(graph.node("MatMul", "sum", List.of(flat, "weights"), Map.of()), 1);
    String task = String.format(Locale.ROOT, "regression,bound=%.9f", bound);
    return Tasks.read("--task", task, graph.build());
  }

  private List<MutatedPicture> found(double bound) {
    SearchSettings settings = SearchFixture.settings(STEPS, 4, 5);
    return SearchFixture.search(
            sum("original", w, bound),
            sum("compressed", v, bound),
            SearchFixture.AS_PIXELS,
            seeds,
            new Boundary(),
            settings)
        .mutated;
  }

  /** The furthest that the models can be apart in the ball around a seed, in double. */
  private double most(int seed) {
    double sum = 0;
    byte[] pixels = seeds.input(seed).bytes();
    double[] apart = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      apart[i] = (double) w[i] - v[i];
      sum += apart[i] * (pixels[i] & 0xff);
    }
    double most = 0;
    for (int i = 0; i < w.length; i++) {
      double sign = Math.signum(sum) * Math.signum(apart[i]);
      int pixel = pixels[i] & 0xff;
      double changed = Math.min(255, Math.max(0, pixel + sign * RADIUS));
      most += apart[i] * changed;
    }
    return Math.abs(most);
  }

  private static double apart(MutatedPicture picture) {
    return Math.abs(
        Numbers.of(picture.originalDecision()).values().get(0)
            - Numbers.of(picture.compressedDecision()).values().get(0));
  }

  @Test
  void comesToTheCornerOfTheBallWhereTheModelsAreFurthestApart() {
    List<MutatedPicture> all = found(1e6);
    assertEquals(seeds.size() * STEPS, all.size());
    for (int seed = 0; seed < seeds.size(); seed++) {
      int number = seed;
      double reached =
          all.stream()
              .filter(p -> p.seed() == number)
              .mapToDouble(PartingTest::apart)
              .max()
              .getAsDouble();
      // The sums are float32, of 48 numbers of up to 255.
      assertEquals(most(seed), reached, 1e-2, "seed " + seed);
    }
  }

  @Test
  void findsEverySeedThatCanDeviateAndNoOther() {
    double[] most = new double[seeds.size()];
    for (int seed = 0; seed < most.length; seed++) {
      most[seed] = most(seed);
    }
    double[] sorted = most.clone();
    Arrays.sort(sorted);
    double bound = (sorted[2] + sorted[3]) / 2;
    List<MutatedPicture> all = found(bound);
    for (int seed = 0; seed < most.length; seed++) {
      int number = seed;
      assertEquals(
          most[seed] > bound,
          all.stream()
              .anyMatch(p -> p.seed() == number && p.pictureClass() == PictureClass.EFFECTIVE),
          "seed " + seed);
    }
  }

  @Test
  void theOriginalMayMoveFurtherThanTheBound() {
    double bound = most(0) * 0.999;
    List<MutatedPicture> all = found(bound);
    assertTrue(all.stream().noneMatch(p -> p.pictureClass() == PictureClass.INVALID));
    MutatedPicture effective =
        all.stream()
            .filter(p -> p.seed() == 0 && p.pictureClass() == PictureClass.EFFECTIVE)
            .findFirst()
            .orElseThrow();
    double moved =
        Math.abs(
            Numbers.of(effective.originalDecision()).values().get(0)
                - Numbers.of(effective.seedDecision()).values().get(0));
    assertTrue(moved > bound, moved + " of " + bound);
  }
}
