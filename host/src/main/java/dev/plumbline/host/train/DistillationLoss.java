package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;

/** How far a model is from what its teacher says. */
@FunctionalInterface
public interface DistillationLoss {
  /**
   * @param logits of the model, N x classes
   * @param taught logits of the teacher, likewise, without gradient
   * @return a scalar, the mean over the pictures
   */
  NDArray of(NDArray logits, NDArray taught);

  /**
   * Cross-entropy against the teacher's soft labels, times the square of the temperature (Hinton,
   * Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015).
   *
   * @param temperature that both models' logits are divided by, above 0
   * @throws BadInputException if it is not
   */
  static DistillationLoss softLabels(double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new BadInputException(
          "the temperature of a distillation is " + temperature + ", expected above 0");
    }
    return (logits, taught) ->
        logits
            .div(temperature)
            .logSoftmax(1)
            .mul(taught.div(temperature).softmax(1))
            .sum()
            .mul(-temperature * temperature / logits.getShape().get(0));
  }

  /**
   * Squared difference of the logits, each picture's mean taken off, as no label depends on it (Ba
   * and Caruana, "Do Deep Nets Really Need to be Deep?", 2014). Pictures near a boundary of the
   * teacher count more, as only there a small difference changes a label: 1 + weight x exp(-margin
   * / width), where the margin is the teacher's largest logit less the next one; weights are
   * divided by their mean.
   *
   * @param weight of a picture on the boundary, at least 0
   * @param width in logits, above 0
   */
  static DistillationLoss logits(double weight, double width) {
    return (logits, taught) -> {
      NDArray difference = logits.sub(taught);
      NDArray centred = difference.sub(difference.mean(new int[] {1}, true));
      NDArray near = margins(taught).div(-width).exp().mul(weight).add(1);
      return centred.square().sum(new int[] {1}).mul(near).sum().div(near.sum());
    };
  }

  /** Largest logit less the next one, N. */
  private static NDArray margins(NDArray logits) {
    int classes = Math.toIntExact(logits.getShape().get(1));
    NDArray label = logits.argMax(1);
    NDArray chosen = label.oneHot(classes).toType(DataType.FLOAT32, false);
    NDArray best = logits.max(new int[] {1});
    return best.sub(logits.sub(chosen.mul(1e9)).max(new int[] {1}));
  }
}
