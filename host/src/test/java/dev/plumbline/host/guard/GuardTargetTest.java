package dev.plumbline.host.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.guard.GuardTarget.MaxDeferred;
import dev.plumbline.host.guard.GuardTarget.MaxLeft;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Thresholds are counted by hand. */
class GuardTargetTest {
  private static float[] tenths(int count) {
    float[] margins = new float[count];
    for (int i = 0; i < count; i++) {
      margins[i] = (i + 1) / 10f;
    }
    return margins;
  }

  private static void isRefused(String words, Runnable asked) {
    BadInputException refused = assertThrows(BadInputException.class, asked::run);
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  @Test
  void twentyPerCentOfTenDeviationsLeavesTheTwoDeepest() {
    GuardHalf half = new GuardHalf(tenths(100), tenths(4), tenths(10));
    GuardRule rule = new MaxLeft(0.2).rule(half);
    // 0.1 to 1.0: 0.9 and 1.0 are left, 0.8 is deferred.
    assertEquals(Math.nextUp(0.8f), rule.threshold());
    GuardFigures figures = half.at(rule);
    assertEquals(new Share(2, 10), figures.adversarialLeft());
    assertEquals(new Share(8, 100), figures.deferred());
    assertEquals(new Share(0, 4), figures.naturalLeft());
  }

  @Test
  void fivePerCentOfAHundredCleanPicturesDefersFive() {
    GuardHalf half = new GuardHalf(tenths(100), tenths(7), tenths(10));
    GuardRule rule = new MaxDeferred(0.05).rule(half);
    assertEquals(0.6f, rule.threshold());
    GuardFigures figures = half.at(rule);
    assertEquals(new Share(5, 100), figures.deferred());
    assertEquals(new Share(2, 7), figures.naturalLeft());
    assertEquals(new Share(5, 10), figures.adversarialLeft());
  }

  @Test
  void equalMarginsAreDeferredTogetherOrNotAtAll() {
    float[] equal = new float[100];
    Arrays.fill(equal, 2);
    GuardHalf half = new GuardHalf(equal, new float[0], new float[] {2, 2, 2, 2, 2});
    assertEquals(new Share(0, 100), half.at(new MaxDeferred(0.05).rule(half)).deferred());
    isRefused("keeps a decision on any of the 100", () -> new MaxLeft(0.2).rule(half));
  }

  @Test
  void aShareOfFewerThanOneDeviationIsRefused() {
    GuardHalf half = new GuardHalf(tenths(100), new float[0], tenths(99));
    isRefused("99 deviations of the corpora", () -> new MaxLeft(0.01).rule(half));
    isRefused("expected at least 100", () -> new MaxLeft(0.01).rule(half));
  }

  @Test
  void infiniteMarginsGiveNoThreshold() {
    float inf = Float.POSITIVE_INFINITY;
    GuardHalf half =
        new GuardHalf(new float[] {inf, inf}, new float[0], new float[] {inf, inf, inf});
    isRefused("infinite", () -> new MaxDeferred(0.05).rule(half));
    isRefused("no threshold", () -> new MaxLeft(0.5).rule(half));
  }

  @Test
  void tooFewCleanPicturesForTheIntervalAreRefused() {
    GuardSamples samples = new GuardSamples(new GuardSplit(1));
    // 1 - 0.025^(1/72) is 4.99 %, and of 71 pictures 5.06 %.
    isRefused(
        "expected at least 72 on each half", () -> Calibration.of(samples, new MaxDeferred(0.05)));
  }

  @Test
  void aShareOutsideZeroToOneIsRefused() {
    isRefused("expected above 0 and below 1", () -> new MaxLeft(0));
    isRefused("expected above 0 and below 1", () -> new MaxDeferred(1));
    isRefused("expected above 0 and below 1", () -> new MaxDeferred(Double.NaN));
  }
}
