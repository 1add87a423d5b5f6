package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Square roots. At 0 the slope is infinite, and times the slope 0 of a square before it not a
 * number, for the whole input: a spectrum of silence has such a place. There it is taken as 0.
 */
final class SquareRoot {
  private SquareRoot() {}

  static NDArray of(NDArray array) {
    NDArray zeros = array.eq(0);
    NDArray others = zeros.logicalNot().toType(DataType.FLOAT32, false);
    return Where.select(zeros, array.onesLike(), array).sqrt().mul(others);
  }
}
