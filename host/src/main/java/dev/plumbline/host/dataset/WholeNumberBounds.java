package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a search may change tensors of whole numbers, such as bytes and tokens: elements get other
 * numbers, however far apart, as a number that stands for a token has no neighbours.
 *
 * @param maxChanges the most elements that may differ from the seed's, at least 1
 * @param low the least number of all seeds; none becomes less
 * @param high the largest, likewise
 * @param keptValues numbers that stand for no data, such as padding: elements that have one keep
 *     it, and no other element gets one
 */
public record WholeNumberBounds(int maxChanges, float low, float high, List<Integer> keptValues)
    implements TensorBounds {
  /** Elements that may change where nobody says otherwise, and a share of them would be fewer. */
  private static final int USUAL_LEAST = 4;

  public WholeNumberBounds {
    keptValues = List.copyOf(new TreeSet<>(keptValues));
    new ValueRange(low, high).requireDifferent();
    if (maxChanges < 1) {
      throw new BadInputException(
          "the elements that may change are " + maxChanges + ", expected at least 1");
    }
    float least = low;
    float largest = high;
    long kept = keptValues.stream().filter(v -> v >= least && v <= largest).count();
    if ((double) high - low + 1 - kept < 2) {
      throw new BadInputException(
          "the values to keep are "
              + keptValues
              + " and the tensors of the data lie between "
              + low
              + " and "
              + high
              + ", expected at least two numbers besides these");
    }
  }

  /**
   * Bounds of a search.
   *
   * @param seeds tensors, all of which are looked at
   * @param maxChanges what a user says; without it {@link MaxChanges#USUAL}, at least {@link
   *     #USUAL_LEAST}
   */
  public static WholeNumberBounds of(
      Dataset seeds, Optional<MaxChanges> maxChanges, List<Integer> keptValues) {
    ValueRange range = ValueRange.of(seeds);
    int elements = seeds.inputShape().elements();
    int usual = Math.max(Math.min(USUAL_LEAST, elements), MaxChanges.USUAL.of(elements));
    int most = maxChanges.map(asked -> asked.of(elements)).orElse(usual);
    return new WholeNumberBounds(most, range.low(), range.high(), keptValues);
  }

  /** Whether an element may have a number, and another one after it. */
  public boolean mayChange(float value) {
    return !keptValues.contains((int) value);
  }

  @Override
  public float step() {
    return 1;
  }
}
