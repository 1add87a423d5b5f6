package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.task.MaskOutput.Form;
import dev.plumbline.host.task.MaskOutput.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** All expected numbers are computed by hand, or by a loop that knows of no margin. */
class SeverityTest {
  private static OptionalDouble of(Task task, float[] original, float[] compressed) {
    return task.severity(original, compressed);
  }

  @Test
  void isTheSmallerMarginOfTwoLabelsInLogits() {
    float[] barely = {3, 2.75f, 0};
    float[] firmly = {0, 1, 5};
    assertEquals(0.25, of(Classification.PLAIN, barely, firmly).getAsDouble(), 0, "exact");
    assertEquals(0.25, of(Classification.PLAIN, firmly, barely).getAsDouble(), 0, "exact");
  }

  @Test
  void isThatOfEachModelsOwnDecisionAndNotOfTheSeeds() {
    // Of the original's label the compressed model is 5 below; of its own choice 0.5 above.
    float[] original = {9, 0, 0};
    float[] compressed = {0, 5, 4.5f};
    assertEquals(0.5, of(Classification.PLAIN, original, compressed).getAsDouble(), 0, "exact");
  }

  @Test
  void isTheSmallestChangeOfTwoLogitsAgainstEachOtherThatEndsADeviation() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      float[] original = logits(random);
      float[] compressed = logits(random);
      OptionalDouble severity = of(Classification.PLAIN, original, compressed);
      if (severity.isPresent()) {
        double first = second(original);
        double other = second(compressed);
        assertEquals(Math.min(first, other), severity.getAsDouble(), 1e-12, "case " + i);
      }
    }
  }

  private static float[] logits(Random random) {
    return new float[] {random.nextFloat(), random.nextFloat(), random.nextFloat()};
  }

  private static double second(float[] row) {
    float[] sorted = row.clone();
    Arrays.sort(sorted);
    return (double) sorted[2] - sorted[1];
  }

  @Test
  void isNothingWhereDecisionsAgree() {
    assertTrue(of(Classification.PLAIN, new float[] {2, 1}, new float[] {9, 1}).isEmpty());
  }

  @Test
  void countsLogOddsAboveAThreshold() {
    Classification task = new Classification(Optional.of(new Threshold(0.5, 0)));
    // Two classes of equal odds but for the difference of the logits: log odds are that difference.
    float[] original = {0, 2};
    float[] compressed = {3, 0};
    assertEquals(2, of(task, original, compressed).getAsDouble(), 1e-6, "float32 sums of exp");
  }

  @Test
  void isTheLabelNearestToItsThresholdOfASet() {
    MultiLabel task = new MultiLabel(3, List.of(0.5));
    float[] original = {2, -3, 4};
    float[] compressed = {-1.5f, -3, 0.75f};
    assertEquals(0.75, of(task, original, compressed).getAsDouble(), 0, "logits are above 0 = 0.5");
  }

  @Test
  void ofNumbersIsHowFarTheyArePastTheBoundInBounds() {
    Regression task = new Regression(Regression.Measure.MAX, 0.5, "degrees");
    assertFalse(task.hasOwnMargin());
    assertEquals(3, of(task, new float[] {1, 1}, new float[] {1, 3}).getAsDouble(), 1e-12);
    assertTrue(of(task, new float[] {1, 1}, new float[] {1, 1.5f}).isEmpty());
  }

  @Test
  void ofFinishedMasksIsTheMeanIouThatIsMissing() {
    Segmentation task =
        new Segmentation(
            new MaskOutput(Form.LABELS, 2, Layout.FIRST, 0.5),
            new MaskRule(0.5, 0, OptionalInt.empty()));
    assertFalse(task.hasOwnMargin());
    float[] original = {0, 0, 1, 1};
    float[] compressed = {1, 1, 0, 1};
    // Class 0 has IoU 0 of 3, class 1 has 1 of 4: 0.125 in the mean.
    assertEquals(0.375, of(task, original, compressed).getAsDouble(), 1e-9);
  }

  @Test
  void ofMasksOfScoresIsInLogits() {
    Segmentation task = TestSegmentation.ofClasses(2);
    assertTrue(task.hasOwnMargin());
    float[] original = {4, 4, 4, 4, 0, 0, 0, 0};
    float[] compressed = {0, 0, 0, 0, 1, 1, 1, 1};
    // Every pixel of the compressed model's mask is 1 above the other class.
    assertEquals(1, of(task, original, compressed).getAsDouble(), 0.01, "the mask's own steps");
  }
}
