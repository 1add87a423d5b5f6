package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Division by the norm along an axis; where that is zero, zero. */
final class LpNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    LpNorm norm = LpNorm.of(context);
    int axis = Math.toIntExact(context.node().intAttribute("axis", -1));
    return Kernel.elementwise(
        x -> {
          int at = ReducedAxes.axis(axis, x.getShape().dimension());
          NDArray length = norm.root(norm.powers(x).sum(new int[] {at}, true));
          return x.div(length.add(LpNorm.zeros(length)));
        });
  }
}
