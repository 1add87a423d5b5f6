package dev.plumbline.host.autograd;

/** What is above a threshold, and zero. */
final class ThresholdedRelu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 1f);
    return Kernel.elementwise(a -> Where.select(a.gt(alpha), a, a.zerosLike()));
  }
}
