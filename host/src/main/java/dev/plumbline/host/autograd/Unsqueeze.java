package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Axes of size 1 put in. */
final class Unsqueeze implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      boolean integers = inputs.value(0) instanceof Value.Integers;
      long[] dims = integers ? inputs.integers(0).dims() : inputs.array(0).getShape().getShape();
      long[] axes = inputs.integers(1).values();
      long[] widened = new long[dims.length + axes.length];
      Arrays.fill(widened, -1);
      for (long axis : axes) {
        widened[(int) (axis < 0 ? axis + widened.length : axis)] = 1;
      }
      int next = 0;
      for (int i = 0; i < widened.length; i++) {
        if (widened[i] < 0) {
          widened[i] = dims[next++];
        }
      }
      return integers
          ? Kernel.integers(widened, inputs.integers(0).values().clone())
          : new Value[] {new Value.Array(inputs.array(0).reshape(new Shape(widened)))};
    };
  }
}
