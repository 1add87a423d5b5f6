package dev.plumbline.host.autograd;

/** Norm over a window of one to three spatial axes. */
final class LpPool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Pooling pooling = Pooling.of(context);
    LpNorm norm = LpNorm.of(context);
    long elements = pooling.window().elements();
    return Kernel.elementwise(x -> norm.root(pooling.mean(norm.powers(x)).mul(elements)));
  }
}
