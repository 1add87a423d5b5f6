package dev.plumbline.host.autograd;

import dev.plumbline.host.task.Scalars;

/** Norm over a window of one to three spatial axes. */
final class LpPool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Pooling pooling = Pooling.of(context);
    LpNorm norm = LpNorm.of(context);
    long elements = pooling.window().elements();
    return Kernel.elementwise(
        x -> norm.root(Scalars.times(pooling.mean(norm.powers(x)), elements)));
  }
}
