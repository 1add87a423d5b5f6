package dev.plumbline.host.repair;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a new search has found of one model.
 *
 * @param levels confidences that were searched for, the least first; 0 for a deviation of any
 * @param surest for each seed, the confidence that the original has in the surest deviation found;
 *     {@link #NOTHING} where there is none
 */
record NewFinds(List<Double> levels, List<Float> surest) {
  static final float NOTHING = -1;

  NewFinds {
    levels = List.copyOf(levels);
    surest = List.copyOf(surest);
  }

  NewSearchCounts counts() {
    Map<String, Integer> byConfidence = new LinkedHashMap<>();
    levels.stream()
        .filter(level -> level > 0)
        .forEach(level -> byConfidence.put(Double.toString(level), count(level)));
    return new NewSearchCounts(surest.size(), count(0), byConfidence);
  }

  private int count(double level) {
    return (int) surest.stream().filter(found -> reaches(found, level)).count();
  }

  private static boolean reaches(float found, double level) {
    return found >= (float) level;
  }

  /**
   * Compares two models by what was found from the same seeds: first by confident deviations, then
   * by all. A difference counts when it is larger than the square root of the number of finds that
   * one of the models has and the other has not; a smaller one is as good as chance.
   *
   * @return below 0 if less was found of this model, above 0 if more, 0 if neither
   */
  int compareWith(NewFinds other) {
    int confident = compare(other, levels.stream().filter(level -> level > 0).toList());
    return confident != 0 ? confident : compare(other, List.of(0.0));
  }

  private int compare(NewFinds other, List<Double> at) {
    int more = 0;
    int fewer = 0;
    for (double level : at) {
      for (int seed = 0; seed < surest.size(); seed++) {
        boolean here = reaches(surest.get(seed), level);
        boolean there = reaches(other.surest.get(seed), level);
        more += here && !there ? 1 : 0;
        fewer += there && !here ? 1 : 0;
      }
    }
    int difference = more - fewer;
    return (long) difference * difference > more + fewer ? Integer.signum(difference) : 0;
  }
}
