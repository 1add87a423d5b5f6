package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.GraphRun;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.search.SearchAlgorithm.Forward;
import dev.plumbline.host.search.SearchAlgorithm.Objective;
import dev.plumbline.host.search.SearchAlgorithm.Step;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.DecisionBatch;
import dev.plumbline.host.task.Task;
import java.util.List;

/**
 * Moves a batch down the loss of an {@link Objective}: one pass forward and backward through both
 * models, and the step that the objective takes from the two gradients.
 */
final class Descent implements Mover {
  private final Task task;
  private final DifferentiableGraph original;
  private final DifferentiableGraph compressed;
  private final ArrayPreprocessing arrays;
  private final Objective objective;
  private final SearchSettings settings;
  private final InputShape shape;
  private final NDArray clip;

  Descent(
      Task task,
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      ArrayPreprocessing arrays,
      Objective objective,
      SearchSettings settings,
      InputShape shape) {
    this.task = task;
    this.original = original;
    this.compressed = compressed;
    this.arrays = arrays;
    this.objective = objective;
    this.settings = settings;
    this.shape = shape;
    this.clip = arrays.perChannel(settings.clipOfStep(shape));
  }

  @Override
  public NDArray step(NDManager scope, WalkingBatch walking, NDArray seeds) {
    // First, while a GPU has nothing to do that would be waited for.
    DecisionBatch ofSeeds = task.batch(walking.decisions(), scope, arrays::place);
    NDArray numbers = numbers(scope, walking);
    NDArray apart = apart(scope, walking);
    NDArray leaf = walking.starts(scope, shape);
    NDArray twin = scoped(scope, leaf.duplicate());
    NDArray ofOriginal;
    NDArray ofCompressed;
    try (GradientTape tape = GradientTape.open()) {
      // A leaf for each model keeps their gradients apart, at the cost of one backward pass.
      leaf.setRequiresGradient(true);
      twin.setRequiresGradient(true);
      GraphRun byOriginal = original.logitsAnd(leaf, objective.originalValues());
      GraphRun byCompressed = compressed.logitsAnd(twin, objective.compressedValues());
      DecisionBatch now = task.decide(byOriginal.logits());
      tape.backward(
          objective.loss(
              new Forward(
                  byOriginal,
                  byCompressed,
                  now,
                  ofSeeds,
                  task.agreesWithinBound() ? now : ofSeeds,
                  walking.random(settings))));
      ofOriginal = leaf.getGradient();
      ofCompressed = twin.getGradient();
    }
    return objective.move(
        new Step(
            leaf.stopGradient(),
            arrays.toInput(seeds),
            ofOriginal,
            ofCompressed,
            clip,
            numbers,
            apart,
            walking.trails(scope, shape),
            arrays,
            settings));
  }

  /** Of the step that each seed makes, N x 1. */
  private NDArray numbers(NDManager scope, WalkingBatch walking) {
    double[] numbers = walking.walkers().stream().mapToDouble(Walker::step).toArray();
    return arrays.place(scope.create(numbers, new Shape(numbers.length, 1)));
  }

  /** How far the confirming judge was seen above the proxy by each seed, N x 1. */
  private NDArray apart(NDManager scope, WalkingBatch walking) {
    List<Walker> walkers = walking.walkers();
    float[] apart = new float[walkers.size()];
    for (int row = 0; row < apart.length; row++) {
      apart[row] = walkers.get(row).apart();
    }
    return arrays.place(scope.create(apart, new Shape(apart.length, 1)));
  }

  /** An operation's result belongs to the manager of its operand, which here outlives the step. */
  private static NDArray scoped(NDManager scope, NDArray array) {
    array.attach(scope);
    return array;
  }
}
