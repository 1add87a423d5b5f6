package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.math.BigInteger;

/** Power, of the base's element type. */
final class Pow implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean whole = context.isWhole(0);
    boolean wholeExponent = context.isWhole(1);
    return new Arithmetic(
            Pow::power,
            (a, b) -> {
              NDArray power = a.pow(b);
              if (!whole) {
                return power;
              }
              // A whole power may miss its number by a unit in the last place.
              return wholeExponent ? power.round() : power.trunc();
            })
        .compile(context);
  }

  private static long power(long base, long exponent) {
    return exponent < 0
        ? (long) Math.pow(base, exponent)
        : BigInteger.valueOf(base).pow(Math.toIntExact(exponent)).longValueExact();
  }
}
