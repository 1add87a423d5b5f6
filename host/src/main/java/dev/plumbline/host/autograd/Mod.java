package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Remainder with the sign of the divisor, or as C's fmod with that of the dividend. */
final class Mod implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean ofDividend = context.node().intAttribute("fmod", 0) != 0;
    return (ofDividend
            ? new Arithmetic((a, b) -> a % b, Mod::remainder)
            : new Arithmetic(Math::floorMod, NDArray::mod))
        .compile(context);
  }

  private static NDArray remainder(NDArray a, NDArray b) {
    // Without signs both remainders are the same, and exact.
    NDArray sign = Hyperbolic.signOf(a);
    return a.mul(sign).mod(b.abs()).mul(sign);
  }
}
