package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * Softmax or its logarithm along an axis.
 *
 * @param function which of the two
 */
record Softmax(AlongAxis function) implements Operator {
  interface AlongAxis {
    NDArray apply(NDArray array, int axis);
  }

  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", -1));
    return Kernel.elementwise(a -> function.apply(a, axis));
  }
}
