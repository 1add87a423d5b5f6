package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Quotient; that of whole numbers loses its fraction. */
final class Div implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean whole = context.isWhole(0);
    return new Arithmetic(
            (a, b) -> a / b,
            (a, b) -> {
              NDArray quotient = a.div(b);
              return whole ? quotient.trunc() : quotient;
            })
        .compile(context);
  }
}
