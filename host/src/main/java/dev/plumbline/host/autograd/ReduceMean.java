package dev.plumbline.host.autograd;

/** Mean over axes. */
final class ReduceMean implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ReducedAxes reduced = ReducedAxes.of(context, 18);
    return Kernel.elementwise(
        a -> {
          int[] axes = reduced.of(a.getShape().dimension());
          long count = 1;
          for (int axis : axes) {
            count *= a.getShape().get(axis);
          }
          // A mean over several axes is not in DJL's PyTorch engine; a sum is.
          return a.sum(axes, reduced.keep()).div(count);
        });
  }
}
