package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Maximum over all spatial axes, which keep the size 1. */
final class GlobalMaxPool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          Shape shape = x.getShape();
          NDArray max = x.reshape(shape.get(0), shape.get(1), -1).max(new int[] {2}, false);
          Shape kept = new Shape(shape.get(0), shape.get(1));
          for (int axis = 2; axis < shape.dimension(); axis++) {
            kept = kept.add(1);
          }
          return max.reshape(kept);
        });
  }
}
