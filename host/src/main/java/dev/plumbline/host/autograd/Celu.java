package dev.plumbline.host.autograd;

import dev.plumbline.host.task.Scalars;

/** Exponential linear unit that is differentiable everywhere. */
final class Celu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 1f);
    if (!(alpha > 0)) {
      throw context.unsupported("its alpha is " + alpha + ", expected above 0");
    }
    return Kernel.elementwise(
        a -> Scalars.times(Scalars.dividedBy(a, alpha).getNDArrayInternal().elu(1), alpha));
  }
}
