package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/**
 * Decisions that are numbers, and agree with all that are within a bound of them. The margin is 1
 * at the decision itself and falls to 0 at the bound.
 *
 * @param shares how far scores are from what was decided, as a share of the bound, N x 1; where a
 *     model has just decided, gradients flow through that, too
 */
record NearBatch(UnaryOperator<NDArray> shares) implements DecisionBatch {
  /** The square of a distance, as a share of the bound, below which it has no direction. */
  private static final double NOWHERE = 1e-14;

  @Override
  public NDArray margins(NDArray scores) {
    return shares.apply(scores).neg().add(1);
  }

  /**
   * The length of vectors along an axis, which stays in the shape. Where one is zero its gradient
   * is, too.
   */
  static NDArray length(NDArray vectors, int axis) {
    return vectors.square().sum(new int[] {axis}, true).add(NOWHERE).sqrt();
  }
}
