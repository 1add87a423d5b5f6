package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.search.SearchAlgorithm.Proposal;
import dev.plumbline.host.search.SearchAlgorithm.Seen;

/** Moves a batch as a {@link Proposal} says, without a pass through the graphs. */
record Proposals(Proposal proposal, ArrayPreprocessing arrays, SearchSettings settings)
    implements Mover {
  @Override
  public NDArray step(NDManager scope, WalkingBatch walking, NDArray seeds) {
    NDArray inputs = walking.inputs().duplicate();
    // An operation's result belongs to the manager of its operand, which here outlives the step.
    inputs.attach(scope);
    return arrays.toInput(
        proposal.next(
            new Seen(
                arrays.toPixels(inputs),
                seeds,
                walking.answers(),
                walking.random(settings),
                settings)));
  }
}
