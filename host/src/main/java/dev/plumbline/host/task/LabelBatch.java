package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/**
 * Labels of a batch, where models compute.
 *
 * @param labels int64, N x 1
 */
record LabelBatch(NDArray labels, Optional<Threshold> threshold) implements DecisionBatch {
  /** Takes a label's logit out of a maximum: far below all logits, and finite. */
  private static final double FAR_BELOW = 1e9;

  /** The labels that a classifier decides for, int64, N x 1. */
  static NDArray decided(NDArray scores, Optional<Threshold> threshold) {
    NDArray largest = scores.argMax(1).expandDims(1);
    if (threshold.isEmpty()) {
      return largest;
    }
    NDArray counts = sure(scores, largest, threshold.get().least()).toType(DataType.INT64, false);
    return largest.mul(counts).add(Scalars.times(counts.neg().add(1), threshold.get().otherwise()));
  }

  @Override
  public NDArray margins(NDArray scores) {
    NDArray ahead = ahead(scores, labels);
    if (threshold.isEmpty()) {
      return ahead;
    }
    NDArray counts = ahead.minimum(logOdds(scores, labels).sub(threshold.get().logOdds()));
    NDArray nearest = others(scores, labels).stopGradient().argMax(1).expandDims(1);
    NDArray otherwise =
        ahead.maximum(logOdds(scores, nearest).neg().add(threshold.get().logOdds()));
    return choose(counts, otherwise);
  }

  /** What goes for the class below the threshold where that is the label, else for the others. */
  private NDArray choose(NDArray others, NDArray below) {
    NDArray isBelow =
        labels.eq(threshold.orElseThrow().otherwise()).toType(DataType.FLOAT32, false);
    return others.add(below.sub(others).mul(isBelow));
  }

  @Override
  public NDArray margins(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    return confidence == 0
        ? margins
        : margins.minimum(logOdds(scores, labels).sub(Threshold.logOdds(confidence)));
  }

  @Override
  public NDArray support(NDArray scores) {
    return scores.gather(labels, 1);
  }

  @Override
  public NDArray logLikelihood(NDArray scores) {
    return scores.logSoftmax(1).gather(labels, 1);
  }

  /** As {@link Classification#decide(float[])} has it: the first of the largest logits. */
  @Override
  public NDArray made(NDArray scores) {
    NDArray largest = scores.eq(scores.max(new int[] {1}, true)).toType(DataType.FLOAT32, false);
    NDArray first = largest.cumSum(1).eq(1).toType(DataType.FLOAT32, false).mul(largest);
    NDArray isLargest = first.gather(labels, 1);
    if (threshold.isEmpty()) {
      return isLargest;
    }
    double least = threshold.get().least();
    NDArray unsure = sure(scores, scores.argMax(1).expandDims(1), least).neg().add(1);
    return choose(isLargest.mul(sure(scores, least)), isLargest.maximum(unsure));
  }

  @Override
  public NDArray sure(NDArray scores, double confidence) {
    return sure(scores, labels, confidence);
  }

  private static NDArray sure(NDArray scores, NDArray labels, double confidence) {
    return scores
        .toType(DataType.FLOAT64, false)
        .softmax(1)
        .gather(labels, 1)
        // As a decision has it.
        .toType(DataType.FLOAT32, false)
        .toType(DataType.FLOAT64, false)
        .gte(confidence)
        .toType(DataType.FLOAT32, false);
  }

  /** Logit of a label less the largest other one. */
  private static NDArray ahead(NDArray scores, NDArray labels) {
    return scores.gather(labels, 1).sub(others(scores, labels).max(new int[] {1}, true));
  }

  /** The logits, with that of the label far below all others. */
  private static NDArray others(NDArray scores, NDArray labels) {
    int classes = (int) scores.getShape().get(1);
    return scores.sub(
        Scalars.times(labels.flatten().oneHot(classes).toType(DataType.FLOAT32, false), FAR_BELOW));
  }

  private static NDArray logOdds(NDArray scores, NDArray labels) {
    NDArray others = others(scores, labels);
    NDArray largest = others.max(new int[] {1}, true).stopGradient();
    NDArray log = others.sub(largest).exp().sum(new int[] {1}, true).log().add(largest);
    return scores.gather(labels, 1).sub(log);
  }
}
