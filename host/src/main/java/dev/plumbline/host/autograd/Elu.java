package dev.plumbline.host.autograd;

/** Exponential linear unit. */
final class Elu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 1f);
    return Kernel.elementwise(a -> a.getNDArrayInternal().elu(alpha));
  }
}
