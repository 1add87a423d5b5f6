package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of linear models the most severe deviation within a ball is known. It is the largest value of a
 * linear program, which by duality is the least one over weights of its conditions: of the
 * original's margin, of the compressed model's, and of the least confidence. These weights are two
 * numbers, tried out here on a grid.
 */
class SeverestBoundTest {
  private static final int RADIUS = 8;
  private static final int PIXELS = 48;
  private static final int SEEDS = 16;

  private final float[] weights = gaussian(new Random(5), 0.3);
  private final float[] others = near(weights, 0.2, new Random(6));
  private final List<Picture> pictures = pictures(new Random(7));

  private static float[] gaussian(Random random, double spread) {
    float[] values = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      values[i] = (float) (spread * random.nextGaussian());
    }
    return values;
  }

  private static float[] near(float[] values, double spread, Random random) {
    float[] changed = values.clone();
    for (int i = 0; i < PIXELS; i++) {
      changed[i] += (float) (spread * random.nextGaussian());
    }
    return changed;
  }

  /** Far from 0 and from 255, so that the ball alone bounds them. */
  private static List<Picture> pictures(Random random) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < SEEDS; i++) {
      byte[] pixels = new byte[PIXELS];
      for (int at = 0; at < PIXELS; at++) {
        pixels[at] = (byte) (90 + random.nextInt(70));
      }
      pictures.add(new Picture(TinyModels.SHAPE, pixels));
    }
    return pictures;
  }

  /** Two classes; the logit of the second is 0. */
  private static OnnxModel linear(String name, float[] weights) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 3, 4, 4)), Map.of());
    float[] both = new float[2 * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      both[2 * i] = weights[i];
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {PIXELS, 2}, both));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, new float[2]));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    return graph.build();
  }

  /** The first logit, which is the margin of the first class. */
  private static double margin(float[] weights, Picture picture) {
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) {
      double mean = SearchFixture.PLAIN.mean().get(i / 16);
      double std = SearchFixture.PLAIN.std().get(i / 16);
      sum += weights[i] * (Byte.toUnsignedInt(picture.bytes()[i]) / 255.0 - mean) / std;
    }
    return sum;
  }

  private double largest(Picture seed, double minConfidence) {
    double original = margin(weights, seed);
    double compressed = margin(others, seed);
    double sign = Math.signum(original);
    double needed = minConfidence == 0 ? 0 : Math.log(minConfidence / (1 - minConfidence));
    double least = Double.POSITIVE_INFINITY;
    for (double share = 0; share <= 1; share += 1 / 256.0) {
      for (double held = 0; held <= (minConfidence == 0 ? 0 : 2); held += 1 / 128.0) {
        double value =
            sign * ((share + held) * original - (1 - share) * compressed) - held * needed;
        for (int i = 0; i < PIXELS; i++) {
          double slope = (share + held) * weights[i] - (1 - share) * others[i];
          value += RADIUS * Math.abs(slope) / (255 * SearchFixture.PLAIN.std().get(i / 16));
        }
        least = Math.min(least, value);
      }
    }
    return least;
  }

  /** Of each seed, by margins worked out here. */
  private Map<Integer, Double> found(double minConfidence) {
    Dataset seeds = new UnlabelledPictures(pictures, List.of("a", "b"));
    SearchSettings settings =
        TestSettings.with(
            TestSettings.of(120, List.of(0.06f, 0.06f, 0.06f), RADIUS / 255.0, 4)
                .withBatch(OptionalInt.of(SEEDS)),
            minConfidence);
    Map<Integer, Double> severities = new HashMap<>();
    SearchFixture.search(
            linear("original", weights),
            linear("compressed", others),
            SearchFixture.PLAIN,
            seeds,
            new Severest(),
            settings)
        .mutated
        .stream()
        .filter(m -> m.pictureClass() == PictureClass.EFFECTIVE)
        .filter(m -> m.originalDecision().confidence() >= minConfidence)
        .forEach(
            m -> {
              Picture picture = (Picture) m.picture();
              double held = margin(weights, picture);
              double past = margin(others, picture);
              assertTrue(held * past < 0, "seed " + m.seed() + ": " + held + " and " + past);
              severities.put(m.seed(), Math.min(Math.abs(held), Math.abs(past)));
            });
    return severities;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7})
  void comesNearTheMostSevereDeviationThatThereIs(double minConfidence) {
    Map<Integer, Double> found = found(minConfidence);
    int severe = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      double bound = largest(pictures.get(seed), minConfidence);
      double severity = found.getOrDefault(seed, 0.0);
      // What bounds it here moves pixels by parts of a value, the search by whole ones.
      assertTrue(severity <= Math.max(bound, 0) + 1e-6, severity + " of at most " + bound);
      if (bound > 0.1) {
        severe++;
        assertTrue(severity > 0.85 * bound, "seed " + seed + ": " + severity + " of " + bound);
      }
    }
    assertTrue(severe >= 3, severe + " seeds have a severe deviation");
  }
}
