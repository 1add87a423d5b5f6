package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/**
 * The p-th root of a sum of p-th powers.
 *
 * @param p above 0
 */
record LpNorm(long p) {
  /** Reads the attribute of a node. */
  static LpNorm of(NodeContext context) {
    long p = context.node().intAttribute("p", 2);
    if (p < 1) {
      throw context.unsupported("its p is " + p + ", expected above 0");
    }
    return new LpNorm(p);
  }

  /** What is summed. */
  NDArray powers(NDArray x) {
    if (p == 2) {
      return x.square();
    }
    return p == 1 ? x.abs() : Scalars.toThe(x.abs(), p);
  }

  /** The norm for a sum; a sum of zero has the gradient zero where a root's is infinite. */
  NDArray root(NDArray sum) {
    if (p == 1) {
      return sum;
    }
    NDArray zero = zeros(sum);
    NDArray moved = sum.add(zero);
    return (p == 2 ? moved.sqrt() : Scalars.toThe(moved, 1.0 / p)).sub(zero);
  }

  /** One where an array is zero, else zero. */
  static NDArray zeros(NDArray array) {
    return array.eq(0).toType(array.getDataType(), false);
  }
}
