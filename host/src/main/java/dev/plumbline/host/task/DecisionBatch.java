package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Decisions of a batch of inputs, kept where models compute. Gradients flow through what is said of
 * scores. Every result is float32, N x 1.
 */
public interface DecisionBatch {
  /**
   * How far a model is from changing each decision: above 0 while it makes the decision; in logits
   * where there are logits.
   *
   * @param scores the model's rows, N x their length
   */
  NDArray margins(NDArray scores);

  /**
   * The smaller of the margin and of how far the model's log odds of the decision are above those
   * of a confidence; the margin alone where a kind has no confidence.
   *
   * @param scores the model's rows, N x their length
   * @param confidence 0 to below 1; with 0 the margin alone counts
   */
  default NDArray margins(NDArray scores, double confidence) {
    return margins(scores);
  }

  /**
   * How far the original is from giving up what it decided on seeds, of which these decisions are:
   * above 0 while it keeps them, as {@link Task#keeps} has it.
   *
   * @param scores the original's rows on changed inputs, N x their length
   * @param confidence as of {@link #margins(NDArray, double)}
   */
  default NDArray held(NDArray scores, double confidence) {
    return margins(scores, confidence);
  }

  /**
   * How strongly a model supports each decision: a classifier's logit of the label; the margin
   * where a kind has no better.
   *
   * @param scores the model's rows, N x their length
   */
  default NDArray support(NDArray scores) {
    return margins(scores);
  }

  /**
   * The log of the probability that a model gives each decision: a classifier's log softmax at the
   * label.
   *
   * @param scores the model's rows, N x their length
   */
  default NDArray logLikelihood(NDArray scores) {
    return margins(scores);
  }

  /**
   * 1 where a model makes the decision, else 0; no gradient.
   *
   * @param scores the model's rows, N x their length
   */
  default NDArray made(NDArray scores) {
    return margins(scores).gte(0).toType(DataType.FLOAT32, false);
  }

  /**
   * 1 where a model has at least that confidence in the decision, else 0; no gradient.
   *
   * @param scores the model's rows, N x their length
   * @param confidence 0 to below 1
   */
  default NDArray sure(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    return margins.onesLike();
  }
}
