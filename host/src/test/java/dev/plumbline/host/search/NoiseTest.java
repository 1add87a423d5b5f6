package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchFixture.BYTES;
import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.search;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseTest {
  private static final int RADIUS = 8;
  private static final Dataset SEEDS = TinyModels.pictures(30, 3);

  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  private static List<MutatedPicture> noise(
      OnnxModel original, OnnxModel compressed, int steps, int batch) {
    return search(original, compressed, PLAIN, SEEDS, new Noise(), settings(steps, batch, 1))
        .mutated
        .stream()
        .sorted(Comparator.comparing(MutatedPicture::seed).thenComparing(MutatedPicture::step))
        .toList();
  }

  /**
   * The model against itself never deviates, so that all steps are made: 14,400 draws of 17 values.
   */
  @Test
  void everyPixelMovesUniformlyWithinTheBallAndTheRangeOfPixels() {
    OnnxModel model = TinyModels.classifier("original", "Relu", Layout.NCHW, 1);
    int[] counts = new int[2 * RADIUS + 1];
    int inside = 0;
    for (MutatedPicture m : noise(model, model, 10, 7)) {
      byte[] seed = SEEDS.picture(m.seed()).pixels();
      for (int i = 0; i < BYTES; i++) {
        int before = seed[i] & 0xff;
        int change = (m.picture().bytes()[i] & 0xff) - before;
        assertTrue(Math.abs(change) <= RADIUS, "a pixel moved by " + change);
        if (before >= RADIUS && before <= 255 - RADIUS) {
          counts[change + RADIUS]++;
          inside++;
        }
      }
    }
    assertTrue(inside > 10_000, inside + " draws");
    double expected = (double) inside / counts.length;
    double chiSquare = Arrays.stream(counts).mapToDouble(c -> sq(c - expected) / expected).sum();
    // 99.99 % quantile of chi-square with 16 degrees of freedom.
    assertTrue(chiSquare < 45, Arrays.toString(counts));
  }

  private static double sq(double x) {
    return x * x;
  }

  @Test
  void picturesDoNotDependOnHowManySeedsWalkTogether() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 1);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 2);
    List<MutatedPicture> alone = noise(original, compressed, 5, 1);
    List<MutatedPicture> together = noise(original, compressed, 5, 16);
    assertEquals(alone.size(), together.size());
    for (int i = 0; i < alone.size(); i++) {
      assertArrayEquals(
          alone.get(i).picture().bytes(), together.get(i).picture().bytes(), "picture " + i);
    }
  }

  /** The oracle of the classes is ONNX Runtime. */
  @ParameterizedTest
  @EnumSource(value = Layout.class, names = "N.*", mode = EnumSource.Mode.MATCH_ALL)
  void aWalkEndsAtItsFirstDeviation(Layout layout) {
    OnnxModel original = TinyModels.classifier("original", "Relu", layout, 1);
    OnnxModel compressed = TinyModels.compressed(original, 0.1, 2);
    List<MutatedPicture> found =
        search(
                original,
                compressed,
                SearchFixture.preprocessing(layout, ChannelOrder.BGR),
                SEEDS,
                new Noise(),
                settings(10, 16, 1))
            .mutated;
    int effective = 0;
    try (RuntimeSession o = RuntimeSession.open(original, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(compressed, RuntimeProvider.cpu())) {
      for (int seed = 0; seed < SEEDS.size(); seed++) {
        int number = seed;
        List<MutatedPicture> walk = found.stream().filter(m -> m.seed() == number).toList();
        for (MutatedPicture m : walk) {
          boolean last = m == walk.get(walk.size() - 1);
          boolean deviates = m.pictureClass() == PictureClass.EFFECTIVE;
          assertEquals(deviates || m.step() == 10, last, "seed " + seed + " step " + m.step());
          if (deviates) {
            effective++;
            assertTrue(label(o, layout, m) != label(c, layout, m));
          }
        }
      }
    }
    assertTrue(effective > 2, effective + " found");
  }

  private static int label(RuntimeSession session, Layout layout, MutatedPicture m) {
    float[] input = new float[BYTES];
    SearchFixture.preprocessing(layout, ChannelOrder.BGR).toInput(m.picture(), input, 0);
    return SearchFixture.label(SearchFixture.logits(session, input));
  }
}
