package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
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
   * Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, section 2).
   *
   * @param temperature that both models' logits are divided by, above 0
   * @throws BadInputException if it is not
   */
  static DistillationLoss softLabels(double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new BadInputException(
          "the temperature of a distillation is " + temperature + ", expected above 0");
    }
    // Scalars are cast: DJL makes float64 of a float32 scalar times a double.
    return (logits, taught) ->
        logits
            .div((float) temperature)
            .logSoftmax(1)
            .mul(taught.div((float) temperature).softmax(1))
            .sum()
            .mul((float) (-temperature * temperature / logits.getShape().get(0)));
  }
}
