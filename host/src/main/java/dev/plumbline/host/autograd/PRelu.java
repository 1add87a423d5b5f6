package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Linear unit with slopes below zero that are an input. */
final class PRelu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          return Where.select(x.lt(0), x.mul(inputs.array(1)), x);
        });
  }
}
