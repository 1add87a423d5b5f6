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
 */
public record TensorBounds(double epsilon, float low, float high) {
  /** Of the range of the data, as of pixels. */
  private static final double USUAL_SHARE = 8.0 / 255;

  /** Steps within epsilon at least, as for the usual one of pictures; at most twice as many. */
  private static final double STEPS = 8;

  public TensorBounds {
    if (!(high > low) || !Float.isFinite(high - low)) {
      throw new BadInputException(
          "the tensors of the data lie between "
              + low
              + " and "
              + high
              + ", expected different numbers to search between");
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
  public static TensorBounds of(Dataset seeds, Optional<Epsilon> epsilon) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < seeds.size(); i++) {
      for (float value : ((TensorInput) seeds.input(i)).values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    double usual = USUAL_SHARE * ((double) high - low);
    return new TensorBounds(epsilon.map(Epsilon::number).orElse(usual), low, high);
  }

  /**
   * One step of a search, as 1/255 is of a picture: a power of two, so that numbers can be counted
   * in steps without being rounded.
   */
  public float step() {
    return (float) Math.scalb(1.0, Math.getExponent(epsilon / STEPS));
  }

  /** A change in steps as a share of the range. */
  public double share(double steps) {
    return steps * step() / ((double) high - low);
  }
}
