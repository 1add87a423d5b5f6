package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClassificationTest {
  private static final float ENDLESS = Float.POSITIVE_INFINITY;
  private static final int CLASSES = 5;
  private static final int ROWS = 400;

  static Stream<Classification> kinds() {
    return Stream.of(
        Classification.PLAIN, above(0.35, 0), above(0.5, 3), above(0.9, 1), above(0.9, 4));
  }

  private static Classification above(double least, int otherwise) {
    return new Classification(Optional.of(new Threshold(least, otherwise)));
  }

  /** Whole numbers and halves, so that ties occur. */
  private static float[][] scores(int seed) {
    Random random = new Random(seed);
    float[][] scores = new float[ROWS][CLASSES];
    for (float[] row : scores) {
      for (int c = 0; c < CLASSES; c++) {
        row[c] = random.nextInt(9) / 2f;
      }
    }
    return scores;
  }

  @Test
  void theFirstOfTheLargestIsTheLabelAndItsSoftmaxTheConfidence() {
    Label label = Classification.PLAIN.decide(new float[] {0, 2, 2});
    assertEquals(1, label.number());
    double two = Math.exp(2);
    assertEquals(two / (1 + two + two), label.confidence(), 1e-7, "rounded to float32");
  }

  @Test
  void scoresThatAreNotFiniteAreRefused() {
    for (float[] scores :
        new float[][] {{0, Float.NaN}, {0, ENDLESS}, {ENDLESS, ENDLESS}, {-ENDLESS, -ENDLESS}}) {
      Refusal.says(
          () -> Classification.PLAIN.decide(scores), " for class ", "expected a finite number");
    }
  }

  @Test
  void belowTheThresholdTheOtherClassIsDecidedForWithItsOwnConfidence() {
    float[] sure = {0, 3, 0};
    float[] unsure = {0, 1, 0};
    Classification rotated = above(0.9, 0);
    assertEquals(1, rotated.decide(sure).number());
    Label kept = rotated.decide(unsure);
    assertEquals(0, kept.number());
    assertEquals(1 / (2 + Math.exp(1)), kept.confidence(), 1e-7, "rounded to float32");
    assertEquals(
        Optional.of("label 0 in place of 1"), rotated.difference(rotated.decide(sure), kept));
    assertEquals(Optional.empty(), rotated.difference(Label.known(0), kept));
  }

  @Test
  void thresholdsOutOfTheirRangeAreRefused() {
    for (double least : new double[] {0, 1, -0.5, Double.NaN}) {
      Refusal.says(() -> new Threshold(least, 0), "threshold", "expected above 0 and below 1");
    }
    Refusal.says(() -> new Threshold(0.5, -1), "-1", "expected at least 0");
    Refusal.says(() -> above(0.9, 7).decide(new float[] {0, 0}), "class 7", "2 classes");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theMarginIsBelowZeroJustWhereAnotherDecisionIsMade(Classification task) {
    int held = 0;
    for (float[] row : scores(1)) {
      int made = task.decide(row).number();
      for (int c = 0; c < CLASSES; c++) {
        double margin = task.margin(row, Label.known(c));
        assertEquals(c == made, margin >= 0, "label " + c + ", margin " + margin);
        held += c == made ? 1 : 0;
      }
    }
    assertEquals(ROWS, held);
  }

  /** Moving a score by less than the margin never changes the decision; a little more does. */
  @ParameterizedTest
  @MethodSource("kinds")
  void theMarginReachesZeroWhereTheDecisionChanges(Classification task) {
    Random random = new Random(2);
    int crossed = 0;
    for (int i = 0; i < 200; i++) {
      float[] from = new float[CLASSES];
      float[] to = new float[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        from[c] = (float) random.nextGaussian() * 3;
        to[c] = (float) random.nextGaussian() * 3;
      }
      Label held = task.decide(from);
      if (task.decide(to).number() == held.number()) {
        continue;
      }
      double low = 0;
      double high = 1;
      for (int step = 0; step < 40; step++) {
        double middle = (low + high) / 2;
        boolean holds = task.decide(between(from, to, middle)).number() == held.number();
        low = holds ? middle : low;
        high = holds ? high : middle;
      }
      // float32 scores of some units and confidences rounded to float32 are good to 1e-5.
      assertEquals(0, task.margin(between(from, to, low), held), 1e-4);
      crossed++;
    }
    assertTrue(crossed > 50, crossed + " of 200 lines cross a boundary");
  }

  private static float[] between(float[] from, float[] to, double share) {
    float[] between = new float[from.length];
    for (int c = 0; c < from.length; c++) {
      between[c] = (float) (from[c] + (to[c] - from[c]) * share);
    }
    return between;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void arraysSayWhatNumbersSay(Classification task) {
    float[][] scores = scores(3);
    List<Decision> labels = Argmax.known(new Random(4).ints(ROWS, 0, CLASSES).toArray());
    float[] margins = new float[ROWS];
    float[] made = new float[ROWS];
    float[] support = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) task.margin(scores[i], labels.get(i));
      made[i] = task.differ(labels.get(i), task.decide(scores[i])) ? 0 : 1;
      support[i] = scores[i][Label.of(labels.get(i)).number()];
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = manager.create(flat(scores), new Shape(ROWS, CLASSES));
      DecisionBatch batch = task.batch(labels, manager, UnaryOperator.identity());
      // Sums of five exponentials in float32.
      assertArrayEquals(margins, batch.margins(array).toFloatArray(), 2e-5f);
      assertArrayEquals(made, batch.made(array).toFloatArray());
      assertArrayEquals(support, batch.support(array).toFloatArray());
    }
  }

  @Test
  void aMarginWithConfidenceIsTheSmallerOfMarginAndLogOdds() {
    float[][] scores = scores(5);
    List<Decision> labels = new ArrayList<>(Classification.PLAIN.decide(scores));
    float[] expected = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double confidence = labels.get(i).confidence();
      double odds = Math.log(confidence / (1 - confidence)) - Math.log(0.6 / 0.4);
      expected[i] = (float) Math.min(Classification.PLAIN.margin(scores[i], labels.get(i)), odds);
      sure[i] = confidence >= 0.6 ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = manager.create(flat(scores), new Shape(ROWS, CLASSES));
      DecisionBatch batch = Classification.PLAIN.batch(labels, manager, UnaryOperator.identity());
      // The odds expected are those of a confidence rounded to float32.
      assertArrayEquals(expected, batch.margins(array, 0.6).toFloatArray(), 1e-4f);
      assertArrayEquals(sure, batch.sure(array, 0.6).toFloatArray());
    }
  }

  /** Central differences in float32: steps of 1/64 are exact, sums good to 1e-5 of some units. */
  @ParameterizedTest
  @MethodSource("kinds")
  void theGradientOfAMarginIsThatOfFiniteDifferences(Classification task) {
    Random random = new Random(6);
    float[][] scores = new float[40][CLASSES];
    for (float[] row : scores) {
      for (int c = 0; c < CLASSES; c++) {
        row[c] = Math.round(random.nextGaussian() * 2 * 64) / 64f;
      }
    }
    int smooth = 0;
    List<Decision> labels = Argmax.known(random.ints(40, 0, CLASSES).toArray());
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray leaf = manager.create(flat(scores), new Shape(40, CLASSES));
      DecisionBatch batch = task.batch(labels, manager, UnaryOperator.identity());
      float[] found;
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(batch.margins(leaf).sum());
        found = leaf.getGradient().toFloatArray();
      }
      for (int i = 0; i < 40; i++) {
        for (int c = 0; c < CLASSES; c++) {
          double[] at = new double[3];
          for (int k = -1; k <= 1; k++) {
            float[] moved = scores[i].clone();
            moved[c] += k / 64f;
            at[k + 1] = task.margin(moved, labels.get(i));
          }
          // Where the margin is the smaller of two, a step across the edge says nothing.
          if (Math.abs(at[2] - 2 * at[1] + at[0]) < 1e-3) {
            assertEquals((at[2] - at[0]) * 32, found[i * CLASSES + c], 2e-2);
            smooth++;
          }
        }
      }
    }
    assertTrue(smooth > 120, smooth + " of 200 were smooth");
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * CLASSES];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * CLASSES, CLASSES);
    }
    return flat;
  }
}
