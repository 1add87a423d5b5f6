package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The same elements in another shape. */
final class Reshape implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean allowZero = context.node().intAttribute("allowzero", 0) != 0;
    return inputs -> {
      long[] wanted = inputs.integers(1).values().clone();
      if (inputs.value(0) instanceof Value.Integers integers) {
        if (wanted.length == 1) {
          return Kernel.integers(new long[] {integers.values().length}, integers.values().clone());
        }
        throw context.unsupported("it reshapes whole numbers to " + wanted.length + " axes");
      }
      NDArray array = inputs.array(0);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] == 0 && !allowZero) {
          wanted[i] = array.getShape().get(i);
        }
      }
      return new Value[] {new Value.Array(array.reshape(new Shape(wanted)))};
    };
  }
}
