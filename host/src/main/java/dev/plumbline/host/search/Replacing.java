package dev.plumbline.host.search;

import dev.plumbline.host.dataset.WholeNumberBounds;
import dev.plumbline.host.search.SearchAlgorithm.Trial;
import dev.plumbline.host.search.SearchAlgorithm.Trials;

/**
 * The walk of {@link Boundary} for whole numbers, which no gradient moves: elements get other
 * numbers at random, at first several at once and then fewer, and a change stays where it lowers
 * the compressed model's margin more than a part of the original's, which has to stay above zero.
 */
final class Replacing implements Trials {
  private static final int TRIES = 16;

  /** Of the elements that may change, those that one trial changes at first, at most. */
  private static final double LARGEST = 0.5;

  /** How much of a fall of the original's margin counts against one of the compressed model's. */
  private static final double HOLD = 0.25;

  private final double past;
  private final int maxChanges;
  private final WholeNumberChanges changes;

  /**
   * @param past how far below zero the compressed model's margin is to come, at least 0
   */
  Replacing(WholeNumberBounds bounds, double past) {
    this.past = past;
    this.maxChanges = bounds.maxChanges();
    this.changes = new WholeNumberChanges(bounds);
  }

  @Override
  public int tries() {
    return TRIES;
  }

  @Override
  public double past() {
    return past;
  }

  @Override
  public float[] changed(Trial trial) {
    double left = 1 - trial.done();
    int most = Math.max(1, (int) Math.round(LARGEST * maxChanges * left * left));
    int count = 1 + trial.random().nextInt(most);
    return changes.drawn(trial.values(), trial.seed(), count, trial.random());
  }

  @Override
  public double cost(double ofOriginal, double ofCompressed) {
    return ofOriginal < 0 ? Double.POSITIVE_INFINITY : ofCompressed - HOLD * ofOriginal;
  }
}
