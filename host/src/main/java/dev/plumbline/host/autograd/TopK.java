package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The largest or smallest elements along an axis, in order, and their indices. */
final class TopK implements Operator {
  /** The opset from which the number of elements is an input. */
  private static final int COUNT_IS_INPUT = 10;

  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    boolean largest = context.node().intAttribute("largest", 1) != 0;
    long attribute = context.node().intAttribute("k", 0);
    boolean input = context.opset() >= COUNT_IS_INPUT;
    return inputs -> {
      long k = input ? inputs.wholeNumbers(1)[0] : attribute;
      NDArray data = inputs.array(0);
      int at = Movement.axis(axis, data.getShape().dimension());
      NDList found = data.topK(Math.toIntExact(k), at, largest, true);
      return new Value[] {
        new Value.Array(found.get(0)),
        new Value.Array(found.get(1).toType(context.precision(), false))
      };
    };
  }
}
