package dev.plumbline.host.task;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far a model is from decoding another string than a given one: the score of the best path that
 * spells it less that of the best path that spells anything else. A path takes one class at each
 * time step; its score is the sum of their logits.
 *
 * <p>Scores count from those of the greedy path, which takes the largest at each step: its own is
 * 0, and no other's is above. So the sign is exact.
 */
final class PathMargin {
  private final float[][] steps;
  private final StringStates states;
  private final int[][] keeping;

  /**
   * @param steps time steps x classes
   */
  PathMargin(float[][] steps, StringStates states) {
    this.steps = steps;
    this.states = states;
    this.keeping =
        IntStream.range(0, states.count()).mapToObj(states::keeping).toArray(int[][]::new);
  }

  /** At least 0 if the greedy path may spell the string, at most 0 if it may spell another. */
  double value() {
    double[] reached = new double[states.count()];
    Arrays.fill(reached, Double.NEGATIVE_INFINITY);
    reached[0] = 0;
    double other = Double.NEGATIVE_INFINITY;
    for (float[] step : steps) {
      int[] largest = largest(step, StringStates.MOST_KEEPING + 1);
      float most = step[largest[0]];
      double[] next = new double[reached.length];
      for (int state = 0; state < next.length; state++) {
        other = Math.max(other, reached[state] + leaving(state, step, largest) - most);
        next[state] = before(reached, state) + score(step, states.symbol(state)) - most;
      }
      reached = next;
    }
    double whole = Double.NEGATIVE_INFINITY;
    for (int state = 0; state < reached.length; state++) {
      if (states.isWhole(state)) {
        whole = Math.max(whole, reached[state]);
      } else {
        other = Math.max(other, reached[state]);
      }
    }
    return whole == Double.NEGATIVE_INFINITY ? -Double.MAX_VALUE : whole - other;
  }

  private static double score(float[] step, int symbol) {
    return symbol >= 0 && symbol < step.length ? step[symbol] : Double.NEGATIVE_INFINITY;
  }

  private double before(double[] reached, int state) {
    double best = reached[state];
    if (state > 0) {
      best = Math.max(best, reached[state - 1]);
    }
    return states.skipsBlank(state) ? Math.max(best, reached[state - 2]) : best;
  }

  /** The largest score that leads out of the states. */
  private double leaving(int state, float[] step, int[] largest) {
    for (int symbol : largest) {
      if (!keeps(keeping[state], symbol)) {
        return step[symbol];
      }
    }
    return Double.NEGATIVE_INFINITY;
  }

  private static boolean keeps(int[] keeping, int symbol) {
    for (int each : keeping) {
      if (each == symbol) {
        return true;
      }
    }
    return false;
  }

  /** The classes with the largest scores, in order; of equal scores the first class. */
  static int[] largest(float[] step, int most) {
    int[] found = new int[Math.min(most, step.length)];
    int count = 0;
    for (int c = 0; c < step.length; c++) {
      if (count == found.length && step[c] <= step[found[count - 1]]) {
        continue;
      }
      int at = count < found.length ? count++ : count - 1;
      while (at > 0 && step[found[at - 1]] < step[c]) {
        found[at] = found[at - 1];
        at--;
      }
      found[at] = c;
    }
    return found;
  }
}
