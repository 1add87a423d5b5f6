package dev.plumbline.host.autograd;

import dev.plumbline.host.task.Scalars;

/** Scaled exponential linear unit. */
final class Selu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 1.6732632f);
    float gamma = context.node().floatAttribute("gamma", 1.050701f);
    return Kernel.elementwise(a -> Scalars.times(a.getNDArrayInternal().elu(alpha), gamma));
  }
}
