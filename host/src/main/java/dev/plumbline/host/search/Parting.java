package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.search.SearchAlgorithm.Forward;
import dev.plumbline.host.search.SearchAlgorithm.Objective;
import dev.plumbline.host.search.SearchAlgorithm.Step;

/**
 * The walk of {@link Boundary} for decisions that are numbers, which agree within a bound. There
 * the two models share no boundary to walk along: they are to come apart wherever that is, with the
 * original still within the bound of the seed.
 *
 * <p>A step has two parts, in whole pixel values. The first goes up the models' distance by the
 * sign of each pixel's slope (Kurakin, Goodfellow, Bengio, "Adversarial Machine Learning at Scale",
 * 2017), no further than the original's margin allows; where the original is too near its bound, it
 * goes back from there instead. The second goes up the distance across the original's slope.
 * Margins are shares of the bound. Numbers were chosen on the small models of the tests.
 */
final class Parting implements Objective {
  /** The original's margin of the seed's decision is to stay above this. */
  private static final double HELD = 0.2;

  /** The compressed model's margin is to fall below zero by this. */
  private static final double BEYOND = 0.1;

  /** How much of the way to that margin a step goes: slopes change on the way. */
  private static final double WAY = 0.7;

  /** Root mean square change of a pixel by the first step at most, and by the last. */
  private static final double LARGEST_STEP = 1.2;

  private static final double LAST_STEP = 0.4;

  /** Of the step, where the original's slope bounds the first part. */
  private static final double SECOND_PART = 0.5;

  /** Stands for a margin that does not bound a step. */
  private static final double NO_BOUND = 1e9;

  // N x 1, from the forward pass that the step belongs to.
  private NDArray ofOriginal;
  private NDArray ofCompressed;

  @Override
  public NDArray loss(Forward forward) {
    NDArray original = forward.seeds().margins(forward.original().logits());
    NDArray compressed = forward.expected().margins(forward.compressed().logits());
    ofOriginal = original.stopGradient();
    ofCompressed = compressed.stopGradient();
    return original.add(compressed).sum();
  }

  @Override
  public NDArray move(Step step) {
    try (Intermediates made = Intermediates.open()) {
      return made.keep(moved(step));
    }
  }

  private NDArray moved(Step step) {
    NDArray seeds = step.arrays().toPixels(step.seeds());
    PixelSteps pixels = PixelSteps.around(seeds, step.settings().epsilon());
    NDArray changed = PixelSteps.flat(step.arrays().toPixels(step.inputs()).sub(seeds));
    NDArray up = PixelGradient.slopes(step.originalGradient(), step.arrays());
    NDArray down = PixelGradient.slopes(step.compressedGradient(), step.arrays()).neg();
    NDArray most = largest(step);

    NDArray above = ofOriginal.sub(HELD);
    NDArray free = above.gt(0).toType(DataType.FLOAT32, false);
    NDArray left = ofCompressed.add(step.apart()).add(BEYOND).maximum(0);
    NDArray first =
        pixels.reach(
            changed,
            up.add(down.sign().sub(up).mul(free)),
            most,
            new PixelSteps.Goal(up.mul(above.sign().neg()), above.abs().mul(WAY)),
            new PixelSteps.Goal(down, left.add(free.neg().add(1).mul(NO_BOUND))));
    NDArray reached = changed.add(first);
    NDArray across =
        down.sub(up.mul(Slopes.dot(down, up).div(Slopes.dot(up, up).maximum(Float.MIN_NORMAL))));
    NDArray second =
        pixels.reach(
            reached,
            across,
            most.mul(SECOND_PART),
            new PixelSteps.Goal(down, left.sub(Slopes.dot(first, down)).maximum(0)));
    return step.arrays().toInput(seeds.add(reached.add(second).reshape(seeds.getShape())));
  }

  /** Steps that shrink from the first to the last. */
  private static NDArray largest(Step step) {
    NDArray done = step.numbers().sub(1).div((double) step.settings().steps());
    return done.mul(LAST_STEP - LARGEST_STEP).add(LARGEST_STEP).toType(DataType.FLOAT32, false);
  }
}
