package dev.plumbline.host.autograd;

/** Sum over axes. */
final class ReduceSum implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ReducedAxes axes = ReducedAxes.of(context, 13);
    return Kernel.elementwise(a -> a.sum(axes.of(a.getShape().dimension()), axes.keep()));
  }
}
