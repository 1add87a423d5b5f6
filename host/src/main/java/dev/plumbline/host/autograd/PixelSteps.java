package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.dataset.FloatBounds;
import dev.plumbline.host.task.Scalars;
import java.util.Arrays;

/**
 * Changes of inputs within a ball around each seed and within what an input may be: of 8-bit
 * pictures in whole pixel values, of tensors in any part of a step. All arrays are float32, N x the
 * numbers of an input.
 *
 * @param lowest the least change of each number
 * @param highest the largest
 * @param whole whether changes are whole numbers
 * @param radius of the ball
 */
public record PixelSteps(NDArray lowest, NDArray highest, boolean whole, double radius) {
  /** Halvings of a step's length; 10 find it to a thousandth. */
  private static final int HALVINGS = 10;

  /**
   * What a step is to do, to first order.
   *
   * @param slope of a value by pixel value
   * @param rise of that value that is enough, N x 1
   */
  public record Goal(NDArray slope, NDArray rise) {
    NDArray isReachedBy(NDArray step) {
      return step.mul(slope).sum(new int[] {1}, true).gte(rise);
    }
  }

  /**
   * @param seeds whole numbers of 0 to 255, N x C x H x W
   * @param epsilon radius of the ball on the [0,1] range
   */
  public static PixelSteps around(NDArray seeds, double epsilon) {
    int radius = radius(epsilon);
    NDArray flat = flat(seeds);
    return new PixelSteps(
        Scalars.atLeast(flat.neg(), -radius),
        Scalars.atMost(flat.neg().add(255), radius),
        true,
        radius);
  }

  /**
   * As {@link #around(NDArray, double)}, of tensors.
   *
   * @param seeds counted in steps
   */
  public static PixelSteps around(NDArray seeds, FloatBounds bounds) {
    NDArray flat = flat(seeds);
    float radius = (float) (bounds.epsilon() / bounds.step());
    return new PixelSteps(
        Scalars.atLeast(flat.neg().add(bounds.low() / bounds.step()), -radius),
        Scalars.atMost(flat.neg().add(bounds.high() / bounds.step()), radius),
        false,
        radius);
  }

  /**
   * The most whole pixel values that a pixel may change by.
   *
   * @param epsilon on the [0,1] range
   */
  public static int radius(double epsilon) {
    // 8/255 may come as a little less than 8.
    return (int) Math.floor(epsilon * 255 + 1e-6);
  }

  /** A shape of one number for each input, to combine with inputs of any number of dimensions. */
  public static Shape forEach(NDArray inputs) {
    long[] dims = new long[inputs.getShape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = inputs.getShape().get(0);
    return new Shape(dims);
  }

  /** Inputs as rows. */
  public static NDArray flat(NDArray pictures) {
    long rows = pictures.getShape().get(0);
    return pictures.reshape(new Shape(rows, pictures.size() / rows));
  }

  /**
   * The shortest step along a direction that reaches one of the goals, rounded to whole pixel
   * values and cut off at the ball; the longest one where none is reached. It changes a pixel at
   * least where the direction has one to go to.
   *
   * @param from change against the seeds until now
   * @param longest root mean square change of a pixel before rounding, N x 1
   * @return the change to be added
   */
  public NDArray reach(NDArray from, NDArray direction, NDArray longest, Goal... goals) {
    // What cannot move is left out, as it would take a share of the length.
    NDArray open = direction.mul(open(from, direction));
    NDArray norm =
        Scalars.atLeast(open.square().mean(new int[] {1}, true).sqrt(), Float.MIN_NORMAL);
    NDArray unit = open.div(norm);
    NDArray far = whole ? longest.maximum(onePixel(unit)) : longest;
    NDArray near = Scalars.times(far, 0);
    for (int i = 0; i < HALVINGS; i++) {
      NDArray middle = Scalars.dividedBy(near.add(far), 2);
      NDArray nearer = isEnough(from, unit, middle, goals);
      far = far.add(middle.sub(far).mul(nearer));
      near = middle.add(near.sub(middle).mul(nearer));
    }
    return step(from, unit, far);
  }

  /** The length from which on a step changes a pixel. */
  private static NDArray onePixel(NDArray unit) {
    return Scalars.times(
        Scalars.toThe(Scalars.atLeast(unit.abs().max(new int[] {1}, true), Float.MIN_NORMAL), -1),
        0.51);
  }

  /** 1 for each step of a length that reaches one of the goals, else 0; N x 1. */
  private NDArray isEnough(NDArray from, NDArray unit, NDArray length, Goal... goals) {
    try (Intermediates made = Intermediates.open()) {
      NDArray step = step(from, unit, length);
      NDArray enough = goals[0].isReachedBy(step);
      for (int goal = 1; goal < goals.length; goal++) {
        enough = enough.logicalOr(goals[goal].isReachedBy(step));
      }
      return made.keep(enough.toType(DataType.FLOAT32, false));
    }
  }

  /** 1 for each pixel that is not at the end of its way, else 0. */
  private NDArray open(NDArray from, NDArray direction) {
    return direction
        .gt(0)
        .logicalAnd(from.lt(highest))
        .logicalOr(direction.lt(0).logicalAnd(from.gt(lowest)))
        .toType(DataType.FLOAT32, false);
  }

  private NDArray step(NDArray from, NDArray unit, NDArray length) {
    return within(from.add(taken(unit.mul(length)))).sub(from);
  }

  /** A change as it can be made. */
  public NDArray taken(NDArray change) {
    return whole ? change.round() : change;
  }

  /**
   * A change that is cut off at the ball.
   *
   * @param change against the seeds, as it can be made
   */
  public NDArray within(NDArray change) {
    return change.minimum(highest).maximum(lowest);
  }
}
