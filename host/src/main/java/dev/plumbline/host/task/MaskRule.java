package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When two masks deviate. A class is in a mask where at least a share of the pixels has it; it
 * counts where it is in one of the two. The masks deviate if the mean intersection over union of
 * the classes that count is below a bound, or if a class is in one and no pixel of the other has
 * it.
 *
 * @param iou the bound, above 0 and at most 1
 * @param object the share, 0 to 1; with 0 a class is in a mask that has one pixel of it
 * @param background a class that never counts, where there is one
 */
record MaskRule(double iou, double object, OptionalInt background) {
  /** So that sums in another order reach a bound that is met exactly. */
  private static final double ROUNDING = 1e-9;

  /** Why masks that overlap so deviate; empty if they agree. */
  Optional<String> difference(MaskOverlap overlap) {
    for (int c : counting(overlap)) {
      if (overlap.found(c) == 0) {
        return Optional.of("no pixel of class " + c + " in place of " + overlap.expected(c));
      }
      if (overlap.expected(c) == 0) {
        return Optional.of(overlap.found(c) + " pixels of class " + c + " in place of none");
      }
    }
    double mean = meanIou(overlap);
    return mean < iou - ROUNDING
        ? Optional.of(
            String.format(
                Locale.ROOT, "a mask with a mean IoU of %.4f, expected at least %s", mean, iou))
        : Optional.empty();
  }

  /** The mean of the classes that count; 1 where none does. */
  double meanIou(MaskOverlap overlap) {
    return counting(overlap).stream().mapToDouble(overlap::iou).average().orElse(1);
  }

  private List<Integer> counting(MaskOverlap overlap) {
    double least = Math.max(1, Math.ceil(object * overlap.pixels() - ROUNDING));
    return overlap.numbers().stream()
        .filter(c -> background.isEmpty() || background.getAsInt() != c)
        .filter(c -> overlap.expected(c) >= least || overlap.found(c) >= least)
        .toList();
  }

  /**
   * The same for many pairs at once.
   *
   * @param both pixels of a class in both masks, float64, the classes last
   * @param expected pixels of a class in the expected mask, likewise; may broadcast
   * @param found pixels of a class in the other mask, likewise
   * @return whether the two agree, boolean, without the classes
   */
  NDArray agree(NDArray both, NDArray expected, NDArray found) {
    int[] classes = {both.getShape().dimension() - 1};
    NDArray least =
        Scalars.atLeast(Scalars.times(expected.sum(classes, true), object).sub(ROUNDING).ceil(), 1);
    NDArray wanted = counting(expected.gte(least));
    NDArray given = counting(found.gte(least));
    NDArray lost = wanted.mul(one(found.eq(0))).add(given.mul(one(expected.eq(0)))).sum(classes);
    NDArray counts = wanted.maximum(given);
    NDArray union = Scalars.atLeast(expected.add(found).sub(both), 1);
    NDArray sum = both.div(union).mul(counts).sum(classes);
    NDArray number = counts.sum(classes);
    NDArray mean = sum.add(one(number.eq(0))).div(Scalars.atLeast(number, 1));
    return mean.gte(iou - ROUNDING).logicalAnd(lost.eq(0));
  }

  /**
   * How much of its IoU a class loses by a pixel, about; 0 for one that does not count.
   *
   * @param expected pixels of a class in the expected mask, float32, the classes last
   */
  NDArray worth(NDArray expected) {
    int[] classes = {expected.getShape().dimension() - 1};
    NDArray least = Scalars.atLeast(Scalars.times(expected.sum(classes, true), object), 1);
    NDArray counts = counting(expected.gte(0)).toType(DataType.FLOAT32, false);
    return counts.div(expected.maximum(least));
  }

  private NDArray counting(NDArray there) {
    NDArray counts = one(there);
    if (background.isEmpty()) {
      return counts;
    }
    NDArray numbers =
        counts
            .getManager()
            .arange((int) counts.getShape().get(counts.getShape().dimension() - 1))
            .toDevice(counts.getDevice(), false);
    return counts.mul(one(numbers.neq(background.getAsInt())));
  }

  private static NDArray one(NDArray holds) {
    return holds.toType(DataType.FLOAT64, false);
  }
}
