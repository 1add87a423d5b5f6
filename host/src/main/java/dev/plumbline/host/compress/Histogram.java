package dev.plumbline.host.compress;

import java.util.Arrays;

/** Counts numbers in equal bins over a known range, in a memory that does not grow with them. */
final class Histogram {
  /** Error of a percentile is at most one bin: 1/16 of a step of uint8. */
  static final int BINS = 4096;

  private final float low;
  private final float high;
  private final long[] counts = new long[BINS];
  private long total;

  /**
   * @param low the smallest number to come
   * @param high the largest
   */
  Histogram(float low, float high) {
    this.low = low;
    this.high = high;
  }

  void add(float[] values) {
    if (high <= low) {
      total += values.length;
      counts[0] += values.length;
      return;
    }
    double perUnit = BINS / ((double) high - low);
    for (float value : values) {
      int bin = (int) ((value - (double) low) * perUnit);
      counts[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
    total += values.length;
  }

  /** From the smallest number to the largest. */
  ActivationRanges.Interval all() {
    return new ActivationRanges.Interval(low, high);
  }

  /** How many numbers are in each of the bins, which split the range evenly. */
  long[] counts() {
    return counts.clone();
  }

  /**
   * The number that a share of the numbers is at or below, numbers taken as spread evenly within
   * their bin.
   *
   * @param share 0 to 1
   */
  float quantile(double share) {
    if (total == 0) {
      throw new IllegalStateException("a histogram of nothing");
    }
    double rank = share * total;
    double width = ((double) high - low) / BINS;
    long below = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0 && below + counts[bin] >= rank) {
        double within = Math.max(0, (rank - below) / counts[bin]);
        return (float) Math.min(high, low + (bin + within) * width);
      }
      below += counts[bin];
    }
    return high;
  }

  @Override
  public String toString() {
    return low + " to " + high + ": " + Arrays.stream(counts).filter(c -> c > 0).count() + " bins";
  }
}
