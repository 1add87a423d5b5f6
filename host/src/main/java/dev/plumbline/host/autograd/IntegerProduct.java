package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * A matrix product of quantized numbers less their zero points; exact as {@link IntegerConvolution}
 * is.
 *
 * @param a position of the left matrix
 * @param aZeroPoint one, or one per row
 * @param transposeA whether the left matrix is transposed before
 * @param b position of the right matrix
 * @param bZeroPoint one, or one per column
 * @param transposeB whether the right matrix is transposed before
 */
record IntegerProduct(
    int a,
    ZeroPoint aZeroPoint,
    boolean transposeA,
    int b,
    ZeroPoint bZeroPoint,
    boolean transposeB) {

  static IntegerProduct of(NodeContext context, int a, int aZeroPoint, int b, int bZeroPoint) {
    return new IntegerProduct(
        a,
        ZeroPoint.of(context, aZeroPoint),
        context.node().intAttribute("transA", 0) != 0,
        b,
        ZeroPoint.of(context, bZeroPoint),
        context.node().intAttribute("transB", 0) != 0);
  }

  NDArray sum(Inputs inputs) {
    NDArray left = inputs.array(a);
    return sum(aZeroPoint.subtractFrom(left, inputs, transposeA ? 0 : 1), inputs);
  }

  /**
   * @param left the left matrix less its zero point
   */
  NDArray sum(NDArray left, Inputs inputs) {
    NDArray right = bZeroPoint.subtractFrom(inputs.array(b), inputs, transposeB ? 1 : 0);
    return (transposeA ? left.transpose() : left).matMul(transposeB ? right.transpose() : right);
  }
}
