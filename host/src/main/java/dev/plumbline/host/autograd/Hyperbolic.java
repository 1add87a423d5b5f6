package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** The inverse hyperbolic functions, which DJL's PyTorch engine lacks. */
final class Hyperbolic {
  // Far below what has no square any more, far above what differs from its logarithm.
  private static final float LARGE = 1e9f;

  private Hyperbolic() {}

  static NDArray asinh(NDArray x) {
    // Of the absolute value, as small differences of large numbers lose digits.
    NDArray sign = signOf(x);
    NDArray size = x.mul(sign);
    NDArray small = Scalars.atMost(size, LARGE);
    NDArray excess = Scalars.dividedBy(Scalars.atLeast(size, LARGE), LARGE).log();
    return small.add(small.square().add(1).sqrt()).log().add(excess).mul(sign);
  }

  static NDArray acosh(NDArray x) {
    return x.add(x.sub(1).sqrt().mul(x.add(1).sqrt())).log();
  }

  static NDArray atanh(NDArray x) {
    return Scalars.times(x.add(1).div(x.neg().add(1)).log(), 0.5f);
  }

  /** 1, or -1 below zero; never 0, so that a gradient gets through. */
  static NDArray signOf(NDArray x) {
    return Scalars.times(x.gte(0).toType(x.getDataType(), false), 2).sub(1);
  }
}
