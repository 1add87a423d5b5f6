package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.search.SearchAlgorithm.Movement;
import dev.plumbline.host.search.SearchAlgorithm.Objective;
import dev.plumbline.host.search.SearchAlgorithm.Proposal;
import dev.plumbline.host.search.SearchAlgorithm.Trials;
import dev.plumbline.host.task.Task;

/** Moves the pictures that walk. */
interface Mover {
  /**
   * Takes one step.
   *
   * @param scope owns what the step makes
   * @param seeds pixels of the seeds, 0 to 255, float32, N x C x H x W
   * @return the inputs after it, in the model's layout
   */
  NDArray step(NDManager scope, WalkingBatch walking, NDArray seeds);

  /**
   * The one that moves as an algorithm says.
   *
   * @param classing asks both models without gradients
   */
  static Mover of(
      Task task,
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      Classing classing,
      ArrayPreprocessing arrays,
      SearchSettings settings,
      InputShape shape) {
    Movement movement =
        settings.algorithm().movement(original.model(), compressed.model(), settings);
    if (movement instanceof Objective objective) {
      return new Descent(task, original, compressed, arrays, objective, settings, shape);
    }
    return movement instanceof Trials trials
        ? new Trying(task, classing, arrays, trials, settings)
        : new Proposals((Proposal) movement, arrays, settings);
  }
}
