package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/** Inputs one after the other along an axis. */
final class Concat implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return inputs -> {
      if (inputs.allIntegers()) {
        return new Value[] {integers(inputs, axis)};
      }
      if (inputs.count() == 1) {
        return new Value[] {new Value.Array(Kernel.view(inputs.array(0)))};
      }
      NDList list = new NDList();
      for (int i = 0; i < inputs.count(); i++) {
        list.add(inputs.array(i));
      }
      int at = Movement.axis(axis, list.get(0).getShape().dimension());
      return new Value[] {new Value.Array(NDArrays.concat(list, at))};
    };
  }

  private static Value.Integers integers(Inputs inputs, long axis) {
    long[] dims = inputs.integers(0).dims().clone();
    int at = Movement.axis(axis, dims.length);
    int rows = Math.toIntExact(Movement.product(dims, 0, at));
    dims[at] = 0;
    int size = 0;
    for (int i = 0; i < inputs.count(); i++) {
      dims[at] += inputs.integers(i).dims()[at];
      size += inputs.integers(i).values().length;
    }
    long[] all = new long[size];
    int next = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inputs.count(); i++) {
        long[] values = inputs.integers(i).values();
        int width = values.length / rows;
        System.arraycopy(values, row * width, all, next, width);
        next += width;
      }
    }
    return new Value.Integers(dims, all);
  }
}
