package dev.plumbline.host.guard;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.guard.GuardSplit.Half;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects the margins of both halves. */
public final class GuardSamples {
  private final GuardSplit split;
  private final Map<Half, List<Float>> clean = empty();
  private final Map<Half, List<Float>> natural = empty();
  private final Map<Half, List<Float>> adversarial = empty();

  public GuardSamples(GuardSplit split) {
    this.split = split;
  }

  private static Map<Half, List<Float>> empty() {
    Map<Half, List<Float>> lists = new EnumMap<>(Half.class);
    for (Half half : Half.values()) {
      lists.put(half, new ArrayList<>());
    }
    return lists;
  }

  /**
   * Adds a clean picture.
   *
   * @param margin of the compressed model for its own decision
   * @param deviates whether it deviates from the original
   */
  public void addClean(Input picture, double margin, boolean deviates) {
    Half half = split.of(picture);
    clean.get(half).add((float) margin);
    if (deviates) {
      natural.get(half).add((float) margin);
    }
  }

  /**
   * Adds a deviation of a corpus.
   *
   * @param margin of the compressed model for its own decision
   */
  public void addDeviation(Input seed, double margin) {
    adversarial.get(split.of(seed)).add((float) margin);
  }

  /** What was added to a half. */
  public GuardHalf half(Half half) {
    return new GuardHalf(
        floats(clean.get(half)), floats(natural.get(half)), floats(adversarial.get(half)));
  }

  private static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }
}
