package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** The line alpha x + beta, limited to 0..1. */
final class HardSigmoid implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 0.2f);
    float beta = context.node().floatAttribute("beta", 0.5f);
    return Kernel.elementwise(a -> Scalars.times(a, alpha).add(beta).clip(0, 1));
  }

  /** HardSwish: x times the hard sigmoid of slope 1/6. */
  static NDArray hardSwish(NDArray a) {
    return a.mul(Scalars.times(a, 1f / 6f).add(0.5f).clip(0, 1));
  }
}
