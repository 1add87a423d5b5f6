package dev.plumbline.host.judging;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * The exact interval of Clopper and Pearson for a share of which a sample is known: it holds the
 * true share in at least 95 % of all samples.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
public record ClopperPearson(double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * @param found how many of the sample
   * @param sample its size, at least 1
   */
  public static ClopperPearson of(int found, int sample) {
    if (sample < 1 || found < 0 || found > sample) {
      throw new IllegalArgumentException(found + " of a sample of " + sample);
    }
    double low =
        found == 0
            ? 0
            : BetaDistribution.of(found, sample - found + 1.0).inverseCumulativeProbability(TAIL);
    double high =
        found == sample
            ? 1
            : BetaDistribution.of(found + 1.0, sample - found).inverseSurvivalProbability(TAIL);
    return new ClopperPearson(low, high);
  }
}
