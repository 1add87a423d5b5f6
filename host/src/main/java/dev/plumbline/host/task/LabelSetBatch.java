package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Sets of labels of a batch, where models compute.
 *
 * @param sides float32, N x classes: 1 where a class is given, else -1
 * @param bounds float32, 1 x classes: the least log odds with which each class is given
 */
record LabelSetBatch(NDArray sides, NDArray bounds) implements DecisionBatch {
  /** The sides that a model's rows decide for. */
  static NDArray decided(NDArray scores, NDArray bounds) {
    return Scalars.times(scores.gte(bounds).toType(DataType.FLOAT32, false), 2f).sub(1f);
  }

  @Override
  public NDArray margins(NDArray scores) {
    return least(scores.sub(bounds).mul(sides));
  }

  @Override
  public NDArray margins(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    return confidence == 0
        ? margins
        : margins.minimum(least(scores.mul(sides)).sub((float) Threshold.logOdds(confidence)));
  }

  /** Each class is a question of its own: the logarithms of their probabilities add up. */
  @Override
  public NDArray logLikelihood(NDArray scores) {
    NDArray odds = scores.mul(sides);
    // log sigmoid(x) = min(x, 0) - log(1 + exp(-|x|)), which overflows nowhere.
    NDArray log = Scalars.atMost(odds, 0f).sub(odds.abs().neg().exp().add(1f).log());
    return log.sum(new int[] {1}, true);
  }

  /** As {@link MultiLabel#decide(float[])} has it: a class on its threshold is given. */
  @Override
  public NDArray made(NDArray scores) {
    return least(decided(scores.stopGradient(), bounds).eq(sides).toType(DataType.FLOAT32, false));
  }

  @Override
  public NDArray sure(NDArray scores, double confidence) {
    NDArray odds = least(scores.stopGradient().mul(sides)).toType(DataType.FLOAT64, false);
    return Scalars.toThe(odds.neg().exp().add(1), -1)
        // As a decision has it.
        .toType(DataType.FLOAT32, false)
        .toType(DataType.FLOAT64, false)
        .gte(confidence)
        .toType(DataType.FLOAT32, false);
  }

  private static NDArray least(NDArray each) {
    return each.min(new int[] {1}, true);
  }
}
