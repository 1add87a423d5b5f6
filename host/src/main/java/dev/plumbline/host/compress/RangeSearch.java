package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ActivationRanges.Interval;
import java.util.function.ToDoubleFunction;

/**
 * Looks for the range in which 8 bits tell most of the numbers of a histogram. Each end goes from
 * the outermost number towards 0, which stays inside, as it has to be exact; of ranges that are
 * equally good the widest is taken. The same histogram gives the same range.
 */
final class RangeSearch {
  private static final int LEVELS = 256;

  /**
   * Steps of an end: a hundredth of its way, fine beside what the pictures of a calibration vary.
   */
  private static final int STEPS = 100;

  /** An end moves while the other stays; two turns each settle them. */
  private static final int TURNS = 2;

  private final double low;
  private final double high;
  private final double width;
  private final long[] counts;

  /** As the counts, with as many zeros as there are numbers beside them. */
  private final long[] rounded;

  RangeSearch(Histogram histogram) {
    Interval all = histogram.all();
    this.low = all.low();
    this.high = all.high();
    this.counts = histogram.counts();
    this.width = (high - low) / counts.length;
    this.rounded = withoutZero();
  }

  /**
   * The range with the least mean square error. What is inside is off by up to half a step, evenly;
   * what is outside is off by its distance; 0 is not off.
   */
  Interval leastSquares() {
    return least(this::squares);
  }

  /**
   * The range whose 256 levels diverge least from the numbers (Migacz, "8-bit Inference with
   * TensorRT", 2017): what is outside counts at the ends, and what shares a level is spread over
   * it. The zeros that a rectifier makes are half of all numbers and exact in every range; they
   * count as much as what lies beside them, or the narrowest range would always be best.
   */
  Interval leastDivergence() {
    return least(this::divergence);
  }

  private Interval least(ToDoubleFunction<Ends> cost) {
    Ends best = new Ends(Math.min(0, low), Math.max(0, high));
    if (!(width > 0)) {
      return best.interval();
    }
    double least = cost.applyAsDouble(best);
    for (int turn = 0; turn < TURNS; turn++) {
      for (boolean upper : new boolean[] {true, false}) {
        Ends start = best;
        for (int step = 1; step < STEPS; step++) {
          double share = 1 - (double) step / STEPS;
          Ends ends =
              upper
                  ? new Ends(start.from, Math.max(0, high) * share)
                  : new Ends(Math.min(0, low) * share, start.to);
          // An end that is at 0 has no way to go.
          if (ends.to - ends.from <= width * LEVELS / 16 || ends.equals(start)) {
            continue;
          }
          double found = cost.applyAsDouble(ends);
          if (found < least) {
            least = found;
            best = ends;
          }
        }
      }
    }
    return best.interval();
  }

  /** A range that holds 0. */
  private record Ends(double from, double to) {
    Interval interval() {
      return new Interval((float) from, (float) to);
    }
  }

  private long[] withoutZero() {
    long[] others = counts.clone();
    if (width > 0 && low <= 0 && high >= 0) {
      int zero = Math.min(counts.length - 1, (int) (-low / width));
      long below = zero > 0 ? counts[zero - 1] : counts[zero + 1];
      long above = zero + 1 < counts.length ? counts[zero + 1] : below;
      others[zero] = Math.min(counts[zero], (below + above) / 2);
    }
    return others;
  }

  private double middle(int bin) {
    return low + (bin + 0.5) * width;
  }

  private double squares(Ends ends) {
    double step = (Math.max(0, ends.to) - Math.min(0, ends.from)) / (LEVELS - 1);
    double inside = 0;
    double squares = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      double value = middle(bin);
      if (value < ends.from) {
        squares += counts[bin] * (ends.from - value) * (ends.from - value);
      } else if (value > ends.to) {
        squares += counts[bin] * (value - ends.to) * (value - ends.to);
      } else if (Math.abs(value) > width) {
        inside += counts[bin];
      }
    }
    return squares + inside * step * step / 12;
  }

  private double divergence(Ends ends) {
    double from = Math.min(0, ends.from);
    double step = (Math.max(0, ends.to) - from) / (LEVELS - 1);
    double[] perLevel = new double[LEVELS];
    int[] bins = new int[LEVELS];
    double[] cut = new double[counts.length];
    for (int bin = 0; bin < counts.length; bin++) {
      int held = hold(bin, ends);
      cut[held] += rounded[bin];
    }
    double total = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (cut[bin] > 0) {
        total += cut[bin];
        // The numbers that are really there, without those from outside, make the levels.
        perLevel[level(bin, from, step)] += rounded[bin];
        bins[level(bin, from, step)]++;
      }
    }
    double kept = 0;
    for (double each : perLevel) {
      kept += each;
    }
    double divergence = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (cut[bin] > 0) {
        int level = level(bin, from, step);
        double p = cut[bin] / total;
        // An end at which nothing was counted itself is as unlikely as can be.
        double q = Math.max(perLevel[level] / bins[level] / kept, 1e-12);
        divergence += p * Math.log(p / q);
      }
    }
    return divergence;
  }

  /** The bin that a bin's numbers are in once the ends are held. */
  private int hold(int bin, Ends ends) {
    double value = Math.max(ends.from, Math.min(ends.to, middle(bin)));
    return Math.max(0, Math.min(counts.length - 1, (int) ((value - low) / width)));
  }

  private int level(int bin, double from, double step) {
    return (int) Math.max(0, Math.min(LEVELS - 1, Math.rint((middle(bin) - from) / step)));
  }
}
