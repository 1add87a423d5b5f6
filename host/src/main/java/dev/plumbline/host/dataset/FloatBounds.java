package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.Optional;

/**
 * How far a search may move the numbers of tensors, in their own unit.
 *
 * @param epsilon the most that a number may differ from the seed's, above 0 and at most {@code high
 *     - low}
 * @param low the least number of all seeds; none becomes less
 * @param high the largest, likewise
 * @param deviation standard deviation of the numbers of all seeds, above 0: what published searches
 *     take their steps in, as of pictures that are normalised
 */
public record FloatBounds(double epsilon, float low, float high, double deviation)
    implements TensorBounds {
  /** Of the range of the data, as of pixels. */
  private static final double USUAL_SHARE = 8.0 / 255;

  /** Steps within epsilon at least, as for the usual one of pictures; at most twice as many. */
  private static final double STEPS = 8;

  public FloatBounds {
    new ValueRange(low, high).requireDifferent();
    if (!(deviation > 0) || !Double.isFinite(deviation)) {
      throw new BadInputException(
          "the standard deviation of tensors is " + deviation + ", expected a number above 0");
    }
    if (!(epsilon > 0 && epsilon <= (double) high - low)) {
      throw new BadInputException(
          "epsilon is "
              + epsilon
              + ", expected above 0 and at most "
              + (high - low)
              + ", as the tensors of the data lie between "
              + low
              + " and "
              + high);
    }
  }

  /**
   * Bounds of a search.
   *
   * @param seeds tensors, all of which are looked at
   * @param epsilon what a user says; without it 8/255 of the range of the seeds
   */
  public static FloatBounds of(Dataset seeds, Optional<Epsilon> epsilon) {
    ValueRange range = ValueRange.of(seeds);
    double usual = USUAL_SHARE * ((double) range.high() - range.low());
    range.requireDifferent();
    return new FloatBounds(
        epsilon.map(Epsilon::number).orElse(usual),
        range.low(),
        range.high(),
        ValueRange.deviation(seeds));
  }

  /** Variance of the numbers of all seeds, if their range were one of 0 to 1. */
  public double variance() {
    double share = deviation / ((double) high - low);
    return share * share;
  }

  /** A power of two, so that numbers can be counted in steps without being rounded. */
  @Override
  public float step() {
    return (float) Math.scalb(1.0, Math.getExponent(epsilon / STEPS));
  }
}
