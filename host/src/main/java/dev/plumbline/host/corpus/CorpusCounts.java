package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * How a search went.
 *
 * @param seeds it started from
 * @param mutated pictures it made: effective, valid and invalid ones
 * @param effective of them
 * @param valid of them
 * @param invalid of them
 * @param seedsWithDeviation seeds with at least one effective picture
 * @param meanRms mean distance of the effective pictures from their seeds, in units of the [0,1]
 *     pixel range; null if there are none, as no number would be true
 * @param meanLinf likewise, of the largest differences
 * @param refused valid pictures that the proxy called effective and the judge that confirms within
 *     the search did not; not in the file where there are none
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CorpusCounts(
    int seeds,
    int mutated,
    int effective,
    int valid,
    int invalid,
    int seedsWithDeviation,
    Double meanRms,
    Double meanLinf,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int refused) {
  public CorpusCounts {
    if (seeds < 0 || effective < 0 || valid < 0 || invalid < 0 || refused < 0) {
      throw new IllegalArgumentException("a count below 0");
    }
    if (mutated != effective + valid + invalid) {
      throw new IllegalArgumentException(
          mutated + " mutated, but " + effective + " + " + valid + " + " + invalid + " classed");
    }
    if (refused > valid) {
      throw new IllegalArgumentException(refused + " refused of " + valid + " valid");
    }
    boolean found = effective > 0;
    if (seedsWithDeviation < (found ? 1 : 0) || seedsWithDeviation > Math.min(seeds, effective)) {
      throw new IllegalArgumentException(
          seedsWithDeviation + " of " + seeds + " seeds with " + effective + " effective pictures");
    }
    if (found != (meanRms != null) || found != (meanLinf != null)) {
      throw new IllegalArgumentException("means are given if and only if there are effective ones");
    }
  }

  /**
   * Counts what a search found.
   *
   * @param seeds it started from, those without a picture too
   * @param inputs every mutated picture it made, in any order
   */
  public static CorpusCounts of(int seeds, Collection<CorpusInput> inputs) {
    int[] counts = new int[PictureClass.values().length];
    Set<Integer> deviating = new HashSet<>();
    double rms = 0;
    double linf = 0;
    for (CorpusInput input : inputs) {
      counts[input.pictureClass().ordinal()]++;
      if (input.pictureClass() == PictureClass.EFFECTIVE) {
        deviating.add(input.seed());
        rms += input.rms();
        linf += input.linf();
      }
    }
    int effective = counts[PictureClass.EFFECTIVE.ordinal()];
    return new CorpusCounts(
        seeds,
        inputs.size(),
        effective,
        counts[PictureClass.VALID.ordinal()],
        counts[PictureClass.INVALID.ordinal()],
        deviating.size(),
        effective == 0 ? null : rms / effective,
        effective == 0 ? null : linf / effective,
        (int) inputs.stream().filter(input -> input.refused().isPresent()).count());
  }
}
