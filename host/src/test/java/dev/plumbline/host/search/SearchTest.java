package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchFixture.BYTES;
import static dev.plumbline.host.search.SearchFixture.PLAIN;
import static dev.plumbline.host.search.SearchFixture.label;
import static dev.plumbline.host.search.SearchFixture.logits;
import static dev.plumbline.host.search.SearchFixture.search;
import static dev.plumbline.host.search.SearchFixture.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.task.Label;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop of the search: what it classes, when it ends, and that it is repeatable. */
class SearchTest {
  @BeforeAll
  static void engine() {
    TorchEngine.load();
  }

  /** Both models agree on the seed's class far from ties, so that rounding decides nothing. */
  private static boolean clear(float[] logits) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2] > 1e-4;
  }

  @ParameterizedTest
  @ValueSource(strings = {"compd", "compd-coverage"})
  void everyMutatedPictureIsClassedAsOnnxRuntimeClassesIt(String algorithm) {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.compressed(original, 0.06, 8);
    Dataset seeds = TinyModels.pictures(40, 9);
    CollectedMutations found = new CollectedMutations();
    SearchOutcome outcome =
        search(
            original,
            compressed,
            PLAIN,
            seeds,
            SearchAlgorithms.byName(algorithm),
            settings(5, 16, 1),
            found);

    int judged = 0;
    int disagreeing = 0;
    int[] classes = new int[PictureClass.values().length];
    try (RuntimeSession o = RuntimeSession.open(original, RuntimeProvider.cpu());
        RuntimeSession c = RuntimeSession.open(compressed, RuntimeProvider.cpu())) {
      int[] seedLabels = new int[seeds.size()];
      for (int seed = 0; seed < seeds.size(); seed++) {
        float[] input = new float[BYTES];
        PLAIN.toInput(seeds.picture(seed), input, 0);
        seedLabels[seed] = label(logits(o, input));
        disagreeing += seedLabels[seed] == label(logits(c, input)) ? 0 : 1;
      }
      for (MutatedPicture m : found.mutated) {
        classes[m.pictureClass().ordinal()]++;
        float[] input = new float[BYTES];
        PLAIN.toInput(m.picture(), input, 0);
        float[] byOriginal = logits(o, input);
        float[] byCompressed = logits(c, input);
        if (clear(byOriginal) && clear(byCompressed)) {
          judged++;
          assertEquals(seedLabels[m.seed()], Label.of(m.seedDecision()).number());
          assertEquals(label(byOriginal), Label.of(m.originalDecision()).number());
          assertEquals(label(byCompressed), Label.of(m.compressedDecision()).number());
          PictureClass expected =
              Label.of(m.originalDecision()).number() != Label.of(m.seedDecision()).number()
                  ? PictureClass.INVALID
                  : Label.of(m.compressedDecision()).number() != Label.of(m.seedDecision()).number()
                      ? PictureClass.EFFECTIVE
                      : PictureClass.VALID;
          assertEquals(expected, m.pictureClass());
          // float32 logits of some units are good to 1e-5.
          assertEquals(
              softmax(byOriginal, Label.of(m.originalDecision()).number()),
              m.originalDecision().confidence(),
              1e-5);
          assertEquals(
              softmax(byCompressed, Label.of(m.compressedDecision()).number()),
              m.compressedDecision().confidence(),
              1e-5);
        }
        assertDistances(seeds.picture(m.seed()), m);
      }
    }
    assertTrue(judged > 190, judged + " of 200 judged");
    assertTrue(classes[PictureClass.EFFECTIVE.ordinal()] > 0, "no effective picture to judge");
    assertTrue(classes[PictureClass.VALID.ordinal()] > 0, "no valid picture to judge");
    assertEquals(40, outcome.seeds());
    assertEquals(200, outcome.mutated());
    assertEquals(classes[PictureClass.EFFECTIVE.ordinal()], outcome.effective());
    assertEquals(classes[PictureClass.VALID.ordinal()], outcome.valid());
    assertEquals(classes[PictureClass.INVALID.ordinal()], outcome.invalid());
    assertEquals(disagreeing, outcome.naturalDeviations());
    List<MutatedPicture> effective =
        found.mutated.stream().filter(m -> m.pictureClass() == PictureClass.EFFECTIVE).toList();
    assertEquals(
        effective.stream().map(MutatedPicture::seed).distinct().count(),
        outcome.seedsWithDeviation());
    assertEquals(
        effective.stream().mapToDouble(MutatedPicture::rms).average().orElseThrow(),
        outcome.meanRms(),
        1e-12);
  }

  private static double softmax(float[] logits, int at) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[at]);
    }
    return 1 / sum;
  }

  private static void assertDistances(Picture seed, MutatedPicture m) {
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < BYTES; i++) {
      double change = ((m.picture().bytes()[i] & 0xff) - (seed.pixels()[i] & 0xff)) / 255.0;
      squares += change * change;
      largest = Math.max(largest, Math.abs(change));
    }
    // Whole numbers below 2^24 are exact in float32, so that only the root rounds.
    assertEquals(Math.sqrt(squares / BYTES), m.rms(), 1e-9);
    assertEquals(largest, m.linf(), 1e-9);
  }

  @Test
  void theSameRandomSeedGivesTheSamePicturesAndAnotherGivesOthers() {
    OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    OnnxModel compressed = TinyModels.compressed(original, 0.06, 8);
    Dataset seeds = TinyModels.pictures(9, 10);
    SearchAlgorithm algorithm = new CompdCoverage();
    List<MutatedPicture> first =
        search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 1)).mutated;
    assertEquals(36, first.size());
    assertEquals(
        first, search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 1)).mutated);
    assertNotEquals(
        first, search(original, compressed, PLAIN, seeds, algorithm, settings(4, 4, 2)).mutated);
  }

  @Test
  void aSeedThatIsDoneLeavesAndAnotherTakesItsPlace() {
    OnnxModel original = TinyModels.classifier("original", "Tanh", Layout.NCHW, 3);
    OnnxModel compressed = TinyModels.compressed(original, 0.05, 4);
    Dataset seeds = TinyModels.pictures(7, 11);
    SearchAlgorithm impatient =
        new SearchAlgorithm() {
          @Override
          public String id() {
            return "impatient";
          }

          @Override
          public Movement movement(OnnxModel o, OnnxModel c, SearchSettings settings) {
            return new Compd().movement(o, c, settings);
          }

          @Override
          public boolean isDone(MutatedPicture latest, SearchSettings settings) {
            return latest.step() == 1 + latest.seed() % 3;
          }
        };
    CollectedMutations whole =
        search(original, compressed, PLAIN, seeds, new Compd(), settings(3, 1, 1));
    CollectedMutations early =
        search(original, compressed, PLAIN, seeds, impatient, settings(3, 3, 1));
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), early.seeds);
    assertEquals(1 + 2 + 3 + 1 + 2 + 3 + 1, early.mutated.size());
    assertEquals(
        List.of(0, 1, 2, 1, 2, 3, 2, 4, 5),
        early.mutated.stream().limit(9).map(MutatedPicture::seed).toList());
    for (MutatedPicture m : early.mutated) {
      // Batches of other sizes may sum in another order and round one pixel otherwise.
      byte[] alone = whole.of(m.seed(), m.step()).picture().bytes();
      for (int i = 0; i < BYTES; i++) {
        assertEquals(alone[i] & 0xff, m.picture().bytes()[i] & 0xff, 1);
      }
    }
  }

  @Test
  void anUnknownAlgorithmIsRefusedWithTheNamesThereAre() {
    BadInputException refused =
        assertThrows(BadInputException.class, () -> SearchAlgorithms.byName("luck"));
    assertEquals(
        "search algorithm 'luck' does not exist, expected one of boundary, severity, compd,"
            + " compd-coverage, noise",
        refused.getMessage());
  }

  @Test
  void aClipOfOtherChannelsIsRefused() {
    OnnxModel model = TinyModels.classifier("original", "Relu", Layout.NCHW, 7);
    SearchSettings grey = TestSettings.of(1, List.of(0.1f), SearchSettings.USUAL_EPSILON, 0);
    assertThrows(
        BadInputException.class,
        () -> search(model, model, PLAIN, TinyModels.pictures(1, 1), new Compd(), grey));
  }
}
