package dev.plumbline.host.search;

/**
 * What a search found. Classes are the proxy's, and effective is what the confirming judge, where
 * there is one, sees deviate too.
 *
 * @param seeds that were searched
 * @param naturalDeviations seeds on which the models disagree before any mutation; they are
 *     searched as well
 * @param mutated pictures in all: {@code effective + valid + invalid}
 * @param seedsWithDeviation seeds with at least one effective picture
 * @param meanRms mean over effective pictures of the root mean square change of a pixel, on the
 *     [0,1] range; 0 without any
 * @param meanLinf likewise of the largest change
 * @param refused among the valid pictures, those that the proxy called effective and the confirming
 *     judge did not
 * @param seconds from the first seed to the last mutated picture, on the wall clock
 */
public record SearchOutcome(
    int seeds,
    int naturalDeviations,
    long mutated,
    long effective,
    long valid,
    long invalid,
    int seedsWithDeviation,
    double meanRms,
    double meanLinf,
    long refused,
    double seconds) {

  /** Mutated pictures in a second. */
  public double mutatedPerSecond() {
    return seconds > 0 ? mutated / seconds : 0;
  }
}
