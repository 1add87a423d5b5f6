package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The walk along the boundary, on small models. ONNX Runtime judges what it finds. */
class BoundaryTest {
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0.5f, 0.4f, 0.3f), List.of(0.2f, 0.3f, 0.25f), Layout.NCHW, ChannelOrder.RGB);
  private static final int STEPS = 20;

  private final OnnxModel original = TinyModels.classifier("original", "Relu", Layout.NCHW, 1);
  private final OnnxModel compressed = TinyModels.compressed(original, 0.01, 2);
  private final Dataset seeds = TinyModels.pictures(60, 3);

  private List<MutatedPicture> search(SearchAlgorithm algorithm, double epsilon, int batch) {
    return search(algorithm, epsilon, batch, 0);
  }

  private List<MutatedPicture> search(
      SearchAlgorithm algorithm, double epsilon, int batch, double minConfidence) {
    List<MutatedPicture> found = new ArrayList<>();
    SearchSettings settings =
        TestSettings.with(
            TestSettings.of(STEPS, List.of(0.06f, 0.06f, 0.06f), epsilon, 4)
                .withBatch(OptionalInt.of(batch)),
            minConfidence);
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, TestDevice.device())) {
      Search.run(
          o,
          c,
          PREPROCESSING,
          seeds,
          TestSettings.with(settings, algorithm),
          new MutationSink() {
            @Override
            public void seed(int index, Input seed, Decision decision) {}

            @Override
            public void mutated(MutatedPicture picture) {
              found.add(picture);
            }
          },
          Progress.SILENT);
    }
    return found;
  }

  private static List<MutatedPicture> effective(List<MutatedPicture> found) {
    return found.stream().filter(m -> m.pictureClass() == PictureClass.EFFECTIVE).toList();
  }

  @Test
  void onnxRuntimeConfirmsWhatItFinds() {
    List<MutatedPicture> effective = effective(search(new Boundary(), 0.2, 16));
    assertTrue(effective.size() > 10, effective.size() + " seeds deviate");
    List<Input> pictures = effective.stream().map(MutatedPicture::picture).toList();
    int[] byOriginal = labels(original, pictures);
    int[] byCompressed = labels(compressed, pictures);
    for (int i = 0; i < effective.size(); i++) {
      assertEquals(Label.of(effective.get(i).seedDecision()).number(), byOriginal[i]);
      assertEquals(Label.of(effective.get(i).compressedDecision()).number(), byCompressed[i]);
      assertTrue(byOriginal[i] != byCompressed[i], "picture " + i + " does not deviate");
    }
  }

  private static int[] labels(OnnxModel model, List<? extends Input> pictures) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PREPROCESSING, RuntimeProvider.cpu())) {
      return Argmax.labels(classifier.logits(pictures));
    }
  }

  @Test
  void aWalkEndsAtItsFirstEffectivePicture() {
    Map<Integer, Integer> last = new HashMap<>();
    for (MutatedPicture m : search(new Boundary(), 0.2, 16)) {
      assertEquals(last.getOrDefault(m.seed(), 0) + 1, m.step());
      last.put(m.seed(), m.pictureClass() == PictureClass.EFFECTIVE ? STEPS : m.step());
    }
    assertTrue(last.values().stream().allMatch(step -> step == STEPS));
  }

  @Test
  void noPixelLeavesTheBall() {
    for (MutatedPicture m : search(new Boundary(), 5 / 255.0, 16)) {
      assertTrue(m.linf() <= 5 / 255.0 + 1e-9, "a pixel moved by " + m.linf() * 255 + "/255");
    }
  }

  @Test
  void shrunkChangesAreSmallerThanThoseOfTheWalk() {
    SearchAlgorithm whole =
        new SearchAlgorithm() {
          private final Boundary boundary = new Boundary();

          @Override
          public String id() {
            return "boundary without shrinking";
          }

          @Override
          public Movement movement(OnnxModel o, OnnxModel c, SearchSettings settings) {
            return boundary.movement(o, c, settings);
          }

          @Override
          public boolean isDone(MutatedPicture latest, SearchSettings settings) {
            return boundary.isDone(latest, settings);
          }
        };
    List<MutatedPicture> shrunk = effective(search(new Boundary(), 0.2, 16));
    List<MutatedPicture> asFound = effective(search(whole, 0.2, 16));
    assertEquals(
        asFound.stream().map(MutatedPicture::seed).toList(),
        shrunk.stream().map(MutatedPicture::seed).toList());
    double before = 0;
    double after = 0;
    for (int i = 0; i < shrunk.size(); i++) {
      assertTrue(shrunk.get(i).rms() <= asFound.get(i).rms() + 1e-9);
      before += asFound.get(i).rms();
      after += shrunk.get(i).rms();
    }
    assertTrue(after < before, "RMS " + before + " before, " + after + " after");
  }

  /** Softmax at the label by ONNX Runtime's logits is the oracle of the confidence. */
  @Test
  void aWalkThatAsksForConfidenceGoesOnUntilTheOriginalIsThatSure() {
    double least = 0.45;
    List<MutatedPicture> found = search(new Boundary(), 0.2, 16, least);
    Map<Integer, MutatedPicture> last = new HashMap<>();
    found.forEach(m -> last.put(m.seed(), m));
    int sure = 0;
    for (MutatedPicture m : found) {
      boolean wanted =
          m.pictureClass() == PictureClass.EFFECTIVE && m.originalDecision().confidence() >= least;
      boolean ends = last.get(m.seed()) == m;
      assertEquals(wanted || m.step() == STEPS, ends, "seed " + m.seed() + " step " + m.step());
      if (wanted) {
        sure++;
        double[] logits = doubles(original, (Picture) m.picture());
        double sum = 0;
        for (double logit : logits) {
          sum += Math.exp(logit - logits[Label.of(m.seedDecision()).number()]);
        }
        assertEquals(
            1 / sum, m.originalDecision().confidence(), 1e-5, "float32 sums of 80 products");
      }
    }
    long without =
        effective(search(new Boundary(), 0.2, 16)).stream()
            .filter(m -> m.originalDecision().confidence() >= least)
            .count();
    assertTrue(sure > without, sure + " where it is asked for, " + without + " where it is not");
  }

  private static double[] doubles(OnnxModel model, Picture picture) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PREPROCESSING, RuntimeProvider.cpu())) {
      float[] logits = classifier.logits(List.of(picture))[0];
      double[] doubles = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        doubles[i] = logits[i];
      }
      return doubles;
    }
  }

  @Test
  void theSameRandomSeedFindsTheSamePictures() {
    assertEquals(search(new Boundary(), 0.2, 16), search(new Boundary(), 0.2, 16));
  }
}
