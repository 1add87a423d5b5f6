package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The search for the most severe deviations, on small models; ONNX Runtime says how severe. */
class SeverestTest {
  private static final int STEPS = 60;
  private static final double EPSILON = 0.1;

  private final OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 1);
  private final OnnxModel compressed = TinyModels.compressed(original, 0.02, 2);
  private final Dataset seeds = TinyModels.pictures(40, 3);

  private List<MutatedPicture> deviations(
      SearchAlgorithm algorithm, int batch, double minConfidence) {
    SearchSettings settings =
        TestSettings.with(
            TestSettings.of(STEPS, List.of(0.06f, 0.06f, 0.06f), EPSILON, 4)
                .withBatch(OptionalInt.of(batch)),
            minConfidence);
    return SearchFixture.search(
            original, compressed, SearchFixture.PLAIN, seeds, algorithm, settings)
        .mutated
        .stream()
        .filter(m -> m.pictureClass() == PictureClass.EFFECTIVE)
        .toList();
  }

  private static float[][] logits(OnnxModel model, List<MutatedPicture> found) {
    List<Input> pictures = found.stream().map(MutatedPicture::picture).toList();
    try (PictureClassifier classifier =
        PictureClassifier.open(model, SearchFixture.PLAIN, RuntimeProvider.cpu())) {
      return classifier.logits(pictures);
    }
  }

  private static double ahead(float[] logits) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    return (double) sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  /** The smaller lead of two models' largest logits, by seed, in ONNX Runtime. */
  private Map<Integer, Double> severities(List<MutatedPicture> found) {
    float[][] byOriginal = logits(original, found);
    float[][] byCompressed = logits(compressed, found);
    Map<Integer, Double> severities = new TreeMap<>();
    for (int i = 0; i < found.size(); i++) {
      assertTrue(
          SearchFixture.label(byOriginal[i]) != SearchFixture.label(byCompressed[i]),
          "seed " + found.get(i).seed() + " does not deviate");
      severities.merge(
          found.get(i).seed(), Math.min(ahead(byOriginal[i]), ahead(byCompressed[i])), Math::max);
    }
    return severities;
  }

  @Test
  void findsDeeperDeviationsThanTheNearestOfAtLeastAsManySeeds() {
    Map<Integer, Double> nearest = severities(deviations(new Boundary(), 16, 0));
    Map<Integer, Double> deepest = severities(deviations(new Severest(), 16, 0));
    assertTrue(nearest.size() > 10, nearest.size() + " seeds deviate");
    assertTrue(deepest.size() >= nearest.size(), deepest.size() + " of " + nearest.size());
    double sumOfNearest = nearest.values().stream().mapToDouble(s -> s).sum();
    double sumOfDeepest = deepest.values().stream().mapToDouble(s -> s).sum();
    assertTrue(sumOfDeepest > 2 * sumOfNearest, sumOfDeepest + " and " + sumOfNearest);
  }

  @Test
  void keepsOneDeviationOfASeedWithItsMarginsWithinTheBall() {
    List<MutatedPicture> found = deviations(new Severest(), 16, 0);
    assertEquals(
        found.size(), Set.copyOf(found.stream().map(MutatedPicture::seed).toList()).size());
    Map<Integer, Double> severities = severities(found);
    for (MutatedPicture m : found) {
      double told = Math.min(m.margins().get().original(), m.margins().get().compressed());
      // ONNX Runtime in batches of another size sums in another order.
      assertEquals(severities.get(m.seed()), told, 1e-4, "seed " + m.seed());
      assertTrue(m.linf() <= EPSILON + 1e-9, "a pixel moved by " + m.linf());
    }
  }

  @Test
  void pastAGuardTheCompressedModelsOwnMarginAloneCounts() {
    Map<Integer, Double> most = leads(deviations(new Severest(), 16, 0));
    Map<Integer, Double> past = leads(deviations(new Severest().past(0), 16, 0));
    assertTrue(past.size() >= 0.9 * most.size(), past.size() + " of " + most.size());
    double ofMost = most.values().stream().mapToDouble(lead -> lead).average().orElseThrow();
    double ofPast = past.values().stream().mapToDouble(lead -> lead).average().orElseThrow();
    // The original keeps a tenth of what lies between the models in place of half of it.
    assertTrue(ofPast > 1.3 * ofMost, ofPast + " and " + ofMost);
  }

  /** The lead of the compressed model's largest logit, by seed, in ONNX Runtime. */
  private Map<Integer, Double> leads(List<MutatedPicture> found) {
    severities(found);
    float[][] byCompressed = logits(compressed, found);
    Map<Integer, Double> leads = new TreeMap<>();
    for (int i = 0; i < found.size(); i++) {
      leads.merge(found.get(i).seed(), ahead(byCompressed[i]), Math::max);
    }
    return leads;
  }

  @Test
  void theBatchDoesNotMatter() {
    List<MutatedPicture> one = deviations(new Severest(), 40, 0);
    List<MutatedPicture> other = deviations(new Severest(), 7, 0);
    assertEquals(one.size(), other.size());
    double ofOne = severities(one).values().stream().mapToDouble(s -> s).sum();
    double ofOther = severities(other).values().stream().mapToDouble(s -> s).sum();
    assertEquals(1, ofOther / ofOne, 0.05, "sums of floats in other orders lead walks apart");
  }

  @Test
  void theOriginalStaysAsSureAsIsAskedFor() {
    long sure =
        deviations(new Severest(), 16, 0.5).stream()
            .filter(m -> m.originalDecision().confidence() >= 0.5)
            .count();
    long unasked =
        deviations(new Severest(), 16, 0).stream()
            .filter(m -> m.originalDecision().confidence() >= 0.5)
            .count();
    assertTrue(sure >= unasked && sure > 0, sure + " and " + unasked);
  }

  @Test
  void checksComeSoonerAndSoonerAsPublished() {
    // Croce and Hein's shares 0.22, 0.41, 0.57, 0.70, 0.80, 0.87, 0.93, 0.99 of 100 steps.
    assertArrayEquals(
        new int[] {22, 41, 57, 70, 80, 87, 93, 99},
        DeepestFind.checks(100).stream().mapToInt(check -> check).sorted().toArray());
  }
}
