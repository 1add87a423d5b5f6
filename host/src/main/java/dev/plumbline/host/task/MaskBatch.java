package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;

/**
 * Masks of a batch, where models compute.
 *
 * @param classes of the pixels, int64, N x pixels
 */
record MaskBatch(NDArray classes, MaskOutput output, MaskRule rule) implements DecisionBatch {
  /** Log odds of a model that is as sure as float32 tells. */
  private static final double SUREST = 1 - 0x1p-24;

  @Override
  public NDArray margins(NDArray scores) {
    return MaskMargins.of(fitting(output.scores(scores)), classes, rule);
  }

  @Override
  public NDArray margins(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    if (confidence == 0) {
      return margins;
    }
    NDArray sure = Scalars.atMost(confidence(scores), SUREST);
    NDArray logOdds = sure.log().sub(sure.neg().add(1).log());
    return margins.minimum(logOdds.sub(Threshold.logOdds(confidence)));
  }

  @Override
  public NDArray support(NDArray scores) {
    NDArray logits = fitting(output.logits(scores));
    return mean(MaskMargins.at(logits, classes), logits);
  }

  @Override
  public NDArray logLikelihood(NDArray scores) {
    NDArray logits = fitting(output.logits(scores));
    return mean(MaskMargins.at(logits.logSoftmax(1), classes), logits);
  }

  @Override
  public NDArray sure(NDArray scores, double confidence) {
    return confidence(scores).gte(confidence).toType(DataType.FLOAT32, false);
  }

  /** As {@link Mask#confidence}, with gradients. */
  private NDArray confidence(NDArray scores) {
    NDArray logits = fitting(output.logits(scores));
    return mean(MaskMargins.at(logits.logSoftmax(1), classes).exp(), logits);
  }

  /** The mean over classes of the mean over their pixels. */
  private NDArray mean(NDArray pixels, NDArray logits) {
    return pixels.mul(MaskMargins.balanced(logits, classes)).sum(new int[] {1}, true);
  }

  private NDArray fitting(NDArray scores) {
    long given = scores.getShape().get(2);
    long here = classes.getShape().get(1);
    if (given != here) {
      throw new BadInputException(
          "the model gives masks of "
              + given
              + " pixels, expected "
              + here
              + " as in the masks that it is compared with");
    }
    return scores;
  }
}
