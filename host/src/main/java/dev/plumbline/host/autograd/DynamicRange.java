package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * The uint8 range of an array's own values, which always includes 0. Gradients take it as given.
 *
 * @param scale a scalar
 * @param zeroPoint a scalar, whole
 */
record DynamicRange(NDArray scale, NDArray zeroPoint) {
  // A float: a number of double would make arrays without axes double as well.
  private static final float HIGHEST = 255;

  static DynamicRange of(NDArray x) {
    NDArray values = x.stopGradient();
    NDArray low = values.min().clip(Double.NEGATIVE_INFINITY, 0);
    NDArray size = values.max().clip(0, Double.POSITIVE_INFINITY).sub(low);
    // An array of zeros has the scale 1.
    NDArray scale = size.div(HIGHEST).add(size.eq(0).toType(x.getDataType(), false));
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
