package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** 1 where a number is infinite, in the directions that are asked for. */
final class IsInf implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean negative = context.node().intAttribute("detect_negative", 1) != 0;
    boolean positive = context.node().intAttribute("detect_positive", 1) != 0;
    return Kernel.elementwise(
        a -> {
          NDArray below = a.eq(Float.NEGATIVE_INFINITY).toType(a.getDataType(), false);
          NDArray above = a.eq(Float.POSITIVE_INFINITY).toType(a.getDataType(), false);
          return Scalars.times(below, negative ? 1 : 0).add(Scalars.times(above, positive ? 1 : 0));
        });
  }
}
