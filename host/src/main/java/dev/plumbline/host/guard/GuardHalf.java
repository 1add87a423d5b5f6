package dev.plumbline.host.guard;

import java.util.Arrays;

/**
 * The compressed model's margins, each for its own decision, on one half of the pictures. Sorted.
 */
public final class GuardHalf {
  private final float[] clean;
  private final float[] natural;
  private final float[] adversarial;

  /**
   * @param clean on clean pictures
   * @param natural on those of them on which it deviates
   * @param adversarial on pictures of corpora on which it deviates
   */
  GuardHalf(float[] clean, float[] natural, float[] adversarial) {
    this.clean = sorted(clean);
    this.natural = sorted(natural);
    this.adversarial = sorted(adversarial);
  }

  private static float[] sorted(float[] margins) {
    float[] sorted = margins.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Clean pictures. */
  public int clean() {
    return clean.length;
  }

  /** Deviations of corpora. */
  public int adversarial() {
    return adversarial.length;
  }

  /** The margin of a clean picture, the smallest first. */
  float cleanMargin(int rank) {
    return clean[rank];
  }

  /** The margin of a deviation of the corpora, the largest first. */
  float deepest(int rank) {
    return adversarial[adversarial.length - 1 - rank];
  }

  /** What a guard does to this half. */
  public GuardFigures at(GuardRule rule) {
    return new GuardFigures(
        new Share(clean.length - certain(clean, rule), clean.length),
        new Share(certain(natural, rule), natural.length),
        new Share(certain(adversarial, rule), adversarial.length));
  }

  private static int certain(float[] margins, GuardRule rule) {
    int certain = 0;
    for (float margin : margins) {
      certain += rule.isCertain(margin) ? 1 : 0;
    }
    return certain;
  }
}
