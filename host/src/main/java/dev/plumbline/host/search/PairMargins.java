package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.search.SearchAlgorithm.Forward;

/**
 * What a walk between the boundaries of two models reads of a forward pass: their margins for the
 * decision on the seed. All are N x 1.
 *
 * @param original the original's margin
 * @param sure the same, or how far the log of its odds is above those of the least confidence that
 *     is asked for, if that is less
 * @param compressed the compressed model's margin for what it should decide
 */
record PairMargins(NDArray original, NDArray sure, NDArray compressed) {
  /**
   * @param minConfidence 0 to below 1
   */
  static PairMargins of(Forward forward, double minConfidence) {
    NDArray logits = forward.original().logits();
    NDArray original = forward.seeds().held(logits, 0);
    return new PairMargins(
        original,
        minConfidence == 0 ? original : forward.seeds().held(logits, minConfidence),
        forward.expected().margins(forward.compressed().logits()));
  }

  /** What both slopes are read from by one backward pass, each through a model of its own. */
  NDArray sum() {
    return sure.add(compressed).sum();
  }

  /** The numbers alone, which no gradient flows through. */
  PairMargins values() {
    return new PairMargins(original.stopGradient(), sure.stopGradient(), compressed.stopGradient());
  }
}
