package dev.plumbline.host.search;

import dev.plumbline.host.dataset.WholeNumberBounds;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Draws changes of whole numbers.
 *
 * @param bounds that every change stays within
 */
record WholeNumberChanges(WholeNumberBounds bounds) {
  /**
   * Gives some elements other numbers, any of the range that may be. Where more elements would
   * differ from the seed's than may, others get the seed's number back.
   *
   * @param values which differ from the seed's in no more elements than may; not changed
   * @param seed as many numbers
   * @param count how many elements, at least 1; fewer where fewer may change
   */
  float[] drawn(float[] values, float[] seed, int count, SplittableRandom random) {
    float[] changed = values.clone();
    int most = Math.min(count, bounds.maxChanges());
    int[] chosen = some(i -> bounds.mayChange(seed[i]), seed.length, most, random);
    for (int at : chosen) {
      changed[at] = other(changed[at], random);
    }
    int[] differing = differing(changed, seed).toArray();
    int over = differing.length - bounds.maxChanges();
    if (over > 0) {
      boolean[] fresh = new boolean[seed.length];
      Arrays.stream(chosen).forEach(at -> fresh[at] = true);
      for (int at : some(i -> !fresh[i] && changed[i] != seed[i], seed.length, over, random)) {
        changed[at] = seed[at];
      }
    }
    return changed;
  }

  /** Where an input differs from its seed. */
  static IntStream differing(float[] values, float[] seed) {
    return IntStream.range(0, seed.length).filter(i -> values[i] != seed[i]);
  }

  /** So many positions that fit, in no order; all of them if there are no more. */
  private static int[] some(IntPredicate fits, int size, int count, SplittableRandom random) {
    int[] all = IntStream.range(0, size).filter(fits).toArray();
    int taken = Math.min(count, all.length);
    for (int i = 0; i < taken; i++) {
      int other = i + random.nextInt(all.length - i);
      int held = all[i];
      all[i] = all[other];
      all[other] = held;
    }
    return Arrays.copyOf(all, taken);
  }

  private float other(float value, SplittableRandom random) {
    float drawn;
    do {
      drawn = random.nextInt((int) bounds.low(), (int) bounds.high() + 1);
    } while (drawn == value || !bounds.mayChange(drawn));
    return drawn;
  }
}
