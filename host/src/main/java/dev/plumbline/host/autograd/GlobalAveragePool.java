package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Mean over all spatial axes, which keep the size 1. */
final class GlobalAveragePool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          Shape shape = x.getShape();
          // One flat axis: a mean over several axes is not in DJL's PyTorch engine.
          NDArray mean = x.reshape(shape.get(0), shape.get(1), -1).mean(new int[] {2}, false);
          Shape kept = new Shape(shape.get(0), shape.get(1));
          for (int axis = 2; axis < shape.dimension(); axis++) {
            kept = kept.add(1);
          }
          return mean.reshape(kept);
        });
  }
}
