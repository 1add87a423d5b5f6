package dev.plumbline.host.autograd;

/** Linear unit with a slope below zero. */
final class LeakyRelu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 0.01f);
    return Kernel.elementwise(a -> a.getNDArrayInternal().leakyRelu(alpha));
  }
}
