package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Dropout outside training: the input as it is, and a mask that keeps everything. */
final class Dropout implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.node().input(2).isPresent()
        && context.requireConstant(2, "training mode").longs()[0] != 0) {
      throw context.unsupported("it is in training mode");
    }
    boolean mask = context.node().outputs().stream().skip(1).anyMatch(o -> !o.isEmpty());
    return inputs -> {
      NDArray x = inputs.array(0);
      Value same = new Value.Array(Kernel.view(x));
      return mask ? new Value[] {same, new Value.Array(x.onesLike())} : new Value[] {same};
    };
  }
}
