package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Scalars;
import dev.plumbline.host.task.Task;

/** How far a model is from what its teacher says. */
@FunctionalInterface
public interface DistillationLoss {
  // Factors of scalars are cast: DJL makes float64 of a float32 scalar times a double.

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
        Scalars.times(
            Scalars.dividedBy(logits, temperature)
                .logSoftmax(1)
                .mul(Scalars.dividedBy(taught, temperature).softmax(1))
                .sum(),
            (float) (-temperature * temperature / logits.getShape().get(0)));
  }

  /**
   * Squared difference of the logits, each picture's mean taken off, as no label depends on it (Ba
   * and Caruana, "Do Deep Nets Really Need to be Deep?", 2014). Logits are measured in the mean of
   * the teacher's margins over the batch. Pictures near a boundary of the teacher count more, as
   * only there a small difference changes a label: 1 + weight x exp(-margin / width), divided by
   * the mean of these.
   *
   * @param task of both models: what a margin is
   * @param weight of a picture on the boundary, at least 0
   * @param width share of the teacher's mean margin, above 0
   */
  static DistillationLoss logits(Task task, double weight, double width) {
    return (logits, taught) -> {
      NDArray ahead = margins(task, taught, taught).flatten();
      NDArray unit = unit(ahead);
      NDArray difference = logits.sub(taught).div(unit);
      NDArray centred = difference.sub(difference.mean(new int[] {1}, true));
      NDArray near = Scalars.times(Scalars.dividedBy(ahead.div(unit), -width).exp(), weight).add(1);
      return centred.square().sum(new int[] {1}).mul(near).sum().div(near.sum());
    };
  }

  /**
   * How far the model's rows are from the teacher's, in the measure of their task.
   *
   * @param task of both models
   */
  static DistillationLoss distance(Task task) {
    return (rows, taught) -> task.distance(rows, taught).mean();
  }

  /**
   * This and a hinge loss (Crammer and Singer, "On the Algorithmic Implementation of Multiclass
   * Kernel-based Vector Machines", 2001) on the teacher's decision: what the model's margin of it
   * lacks of another one. Being near the teacher is not enough for a picture beside its boundary.
   *
   * @param task of both models: what a margin is
   * @param weight of the hinge loss, at least 0
   * @param margin share of the teacher's mean margin over the batch, at least 0
   */
  default DistillationLoss withMargin(Task task, double weight, double margin) {
    return (logits, taught) -> {
      NDArray ahead = margins(task, logits, taught).div(unit(margins(task, taught, taught)));
      NDArray lacking = Scalars.atLeast(ahead.neg().add(margin), 0);
      return of(logits, taught).add(Scalars.times(lacking.mean(), (float) weight));
    };
  }

  /** The teacher's mean margin; a teacher that tells nothing apart has none to measure in. */
  private static NDArray unit(NDArray margins) {
    return Scalars.atLeast(margins.mean(), 1e-6f);
  }

  /** How far a model is from leaving the teacher's decisions, N x 1. */
  private static NDArray margins(Task task, NDArray logits, NDArray taught) {
    return task.decide(taught).margins(logits);
  }
}
