package dev.plumbline.host.guard;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.guard.GuardSplit.Half;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A threshold that was found on one half, and what it does on both.
 *
 * @param rule the threshold
 * @param calibrated on the half that it was found on
 * @param measured on the other half
 * @param curve other thresholds on the measured half, in rising order
 */
public record Calibration(
    GuardRule rule, GuardFigures calibrated, GuardFigures measured, List<GuardPoint> curve) {
  /** A share of so little of them would be told with an interval that says nothing. */
  private static final double WIDEST = 0.05;

  /** Shares of clean pictures that the points of the curve defer, about. */
  private static final double[] DEFERRED = {
    0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4,
    0.5
  };

  public Calibration {
    curve = List.copyOf(curve);
  }

  /**
   * Finds the threshold.
   *
   * @throws BadInputException if there is too little data for the target
   */
  public static Calibration of(GuardSamples samples, GuardTarget target) {
    requireClean(samples, target);
    GuardHalf calibrated = samples.half(Half.CALIBRATED);
    GuardHalf measured = samples.half(Half.MEASURED);
    GuardRule rule = target.rule(calibrated);
    return new Calibration(
        rule, calibrated.at(rule), measured.at(rule), curve(calibrated, measured, rule));
  }

  /**
   * Refuses too few clean pictures; their margins do not matter.
   *
   * @throws BadInputException if a half has too few for the target
   */
  public static void requireClean(GuardSamples samples, GuardTarget target) {
    double told = target instanceof GuardTarget.MaxDeferred ? target.share() : WIDEST;
    requireClean("calibrated", samples.half(Half.CALIBRATED), told);
    requireClean("measured", samples.half(Half.MEASURED), told);
  }

  /**
   * Where nothing of a half were deferred, the interval of its deferred share has to end below the
   * share that is asked for.
   */
  private static void requireClean(String which, GuardHalf half, double share) {
    boolean enough = half.clean() > 0 && new Share(0, half.clean()).interval().high() <= share;
    if (!enough) {
      int least = 1;
      while (new Share(0, least).interval().high() > share) {
        least++;
      }
      throw new BadInputException(
          "the "
              + which
              + " half has "
              + half.clean()
              + " clean pictures, too few for the 95 % interval of a deferred share of "
              + share
              + ": expected at least "
              + least
              + " on each half, about "
              + 2 * least
              + " in --data");
    }
  }

  private static List<GuardPoint> curve(GuardHalf calibrated, GuardHalf measured, GuardRule rule) {
    TreeSet<Float> thresholds = new TreeSet<>();
    thresholds.add(0f);
    thresholds.add(rule.threshold());
    for (double share : DEFERRED) {
      float margin = calibrated.cleanMargin((int) (share * (calibrated.clean() - 1)));
      if (!Float.isInfinite(margin)) {
        thresholds.add(Math.max(0f, margin));
      }
    }
    List<GuardPoint> points = new ArrayList<>();
    for (float threshold : thresholds) {
      GuardRule other = new GuardRule(threshold);
      points.add(GuardPoint.of(other, measured.at(other)));
    }
    return points;
  }
}
