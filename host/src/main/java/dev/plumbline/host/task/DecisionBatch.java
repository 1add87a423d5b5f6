package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;

/**
 * Decisions of a batch of inputs, kept where models compute. Gradients flow through what is said of
 * scores. Every result is float32, N x 1.
 */
public interface DecisionBatch {
  /**
   * How far a model is from changing each decision, in logits: above 0 while it makes the decision.
   *
   * @param scores the model's outputs, N x classes
   */
  NDArray margins(NDArray scores);

  /**
   * The smaller of the margin and of how far the model's log odds of the decision are above those
   * of a confidence.
   *
   * @param scores the model's outputs, N x classes
   * @param confidence 0 to below 1; with 0 the margin alone counts
   */
  NDArray margins(NDArray scores, double confidence);

  /**
   * How strongly a model supports each decision: a classifier's logit of the label.
   *
   * @param scores the model's outputs, N x classes
   */
  NDArray support(NDArray scores);

  /**
   * The log of the probability that a model gives each decision: a classifier's log softmax at the
   * label.
   *
   * @param scores the model's outputs, N x classes
   */
  NDArray logLikelihood(NDArray scores);

  /**
   * 1 where a model makes the decision, else 0; no gradient.
   *
   * @param scores the model's outputs, N x classes
   */
  NDArray made(NDArray scores);

  /**
   * 1 where a model has at least that confidence in the decision, else 0; no gradient.
   *
   * @param scores the model's outputs, N x classes
   * @param confidence 0 to below 1
   */
  NDArray sure(NDArray scores, double confidence);
}
