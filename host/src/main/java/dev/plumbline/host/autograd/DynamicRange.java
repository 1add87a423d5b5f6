package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * The uint8 range of an array's own values, which always includes 0. Gradients take it as given.
 *
 * @param scale a scalar; of several pictures one for each, along the first axis
 * @param zeroPoint likewise, whole
 */
record DynamicRange(NDArray scale, NDArray zeroPoint) {
  // A float: a number of double would make arrays without axes double as well.
  private static final float HIGHEST = 255;

  /**
   * @param x pictures one after the other along the first axis, each of any number of rows; an
   *     array that is not cut so has one range
   * @param inputs of the run, which knows how many pictures there are
   */
  static DynamicRange of(NDArray x, Inputs inputs) {
    NDArray values = x.stopGradient();
    Shape shape = x.getShape();
    long pictures = inputs.pictures();
    if (pictures <= 1 || shape.dimension() < 2 || shape.get(0) % pictures != 0) {
      return between(values.min(), values.max());
    }
    long rows = shape.get(0) / pictures;
    long[] dims = new long[shape.dimension()];
    Arrays.fill(dims, 1);
    dims[0] = shape.get(0);
    NDArray flat = values.reshape(pictures, -1);
    int[] all = {1};
    return between(
        flat.min(all).repeat(0, rows).reshape(dims), flat.max(all).repeat(0, rows).reshape(dims));
  }

  private static DynamicRange between(NDArray least, NDArray greatest) {
    NDArray low = least.clip(Double.NEGATIVE_INFINITY, 0);
    NDArray size = greatest.clip(0, Double.POSITIVE_INFINITY).sub(low);
    // An array of zeros has the scale 1.
    // An array: a GPU multiplies by the reciprocal of a number, which rounds otherwise.
    NDArray scale =
        size.div(size.zerosLike().add(HIGHEST)).add(size.eq(0).toType(size.getDataType(), false));
    NDArray zeroPoint = low.neg().div(scale).clip(0, HIGHEST).round();
    return new DynamicRange(scale, zeroPoint);
  }

  /** The values less the zero point, as whole numbers; all are in range, so gradients pass. */
  NDArray centred(NDArray x, Inputs inputs) {
    NDArray low = zeroPoint.neg();
    NDArray ratio = x.div(scale);
    NDArray whole = ratio.round().maximum(low).minimum(low.add(HIGHEST));
    return inputs.differentiable() ? ratio.add(whole.sub(ratio).stopGradient()) : whole;
  }
}
