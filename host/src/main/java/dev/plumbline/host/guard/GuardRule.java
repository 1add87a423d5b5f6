package dev.plumbline.host.guard;

/**
 * Which decisions are certain: those whose margin is at least a threshold. Margins are compared as
 * float32, as the graph of a guarded model compares them.
 *
 * @param threshold of the compressed model's margin for its own decision, at least 0 and finite
 */
public record GuardRule(float threshold) {
  public GuardRule {
    if (!(threshold >= 0) || Float.isInfinite(threshold)) {
      throw new IllegalArgumentException("a guard at " + threshold);
    }
  }

  /**
   * Whether a decision stands; else it is deferred.
   *
   * @param margin of the compressed model for its own decision
   */
  public boolean isCertain(double margin) {
    return (float) margin >= threshold;
  }
}
