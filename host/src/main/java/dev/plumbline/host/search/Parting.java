package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.autograd.Intermediates;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.search.SearchAlgorithm.Forward;
import dev.plumbline.host.search.SearchAlgorithm.Objective;
import dev.plumbline.host.search.SearchAlgorithm.Step;
import dev.plumbline.host.task.Scalars;

/**
 * The walk of {@link Boundary} for decisions that are numbers, which agree within a bound. The two
 * models share no boundary to walk along, and the original has nothing to keep: the walk goes up
 * the distance between what both models make of the same input, anywhere in the ball.
 *
 * <p>Each step changes every pixel by as much, by the sign of its slope (Kurakin, Goodfellow,
 * Bengio, "Adversarial Machine Learning at Scale", 2017). Steps shrink, as in Auto-PGD (Croce,
 * Hein, 2020), but on a fixed schedule. On the small models of the tests, starts at random and
 * restarts came less far in as many steps, and so did steps of another direction or size.
 */
final class Parting implements Objective {
  /** How far the first step changes a pixel, as a share of the ball's radius. */
  private static final double FIRST_STEP = 0.25;

  private static final double LAST_STEP = 0.06;

  @Override
  public NDArray loss(Forward forward) {
    return forward.now().margins(forward.compressed().logits()).sum();
  }

  @Override
  public NDArray move(Step step) {
    try (Intermediates made = Intermediates.open()) {
      return made.keep(moved(step));
    }
  }

  private static NDArray moved(Step step) {
    NDArray seeds = step.arrays().toPixels(step.seeds());
    PixelSteps pixels = step.settings().around(seeds);
    NDArray changed = PixelSteps.flat(step.arrays().toPixels(step.inputs()).sub(seeds));
    NDArray down = PixelGradient.slopes(step.gradient(), step.arrays());
    NDArray change = down.sign().neg().mul(size(step, pixels));
    NDArray reached = pixels.within(changed.add(pixels.taken(change)));
    return step.arrays().toInput(seeds.add(reached.reshape(seeds.getShape())));
  }

  /** How far each picture's step goes, N x 1: at least one pixel value. */
  private static NDArray size(Step step, PixelSteps pixels) {
    NDArray done = Scalars.dividedBy(step.numbers().sub(1), (double) step.settings().steps());
    NDArray size =
        Scalars.times(Scalars.times(done, LAST_STEP - FIRST_STEP).add(FIRST_STEP), pixels.radius());
    return (pixels.whole() ? Scalars.atLeast(size, 1) : size).toType(DataType.FLOAT32, false);
  }
}
