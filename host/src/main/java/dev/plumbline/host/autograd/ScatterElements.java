package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** An array with some of its elements replaced, each by its own index along an axis. */
final class ScatterElements implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ScatterReduction reduction = ScatterReduction.of(context);
    long axis = context.node().intAttribute("axis", 0);
    return inputs -> {
      long[] dims = RowIndices.dims(inputs, 0);
      int at = Movement.axis(axis, dims.length);
      if (inputs.value(1) instanceof Value.Integers indices) {
        long[] positions = positions(dims, at, indices);
        return inputs.allIntegers()
            ? Kernel.integers(
                dims,
                reduction.scatter(
                    inputs.integers(0).values(), positions, inputs.integers(2).values(), 1))
            : array(
                reduction
                    .scatter(
                        inputs.array(0).reshape(new Shape(-1, 1)),
                        positions,
                        inputs.array(2).reshape(new Shape(-1, 1)))
                    .reshape(new Shape(dims)));
      }
      if (reduction != ScatterReduction.NONE) {
        throw context.unsupported("its indices are computed and it reduces");
      }
      NDArray data = inputs.array(0);
      return array(data.scatter(Movement.indices(inputs, 1, data, dims[at]), inputs.array(2), at));
    };
  }

  private static Value[] array(NDArray array) {
    return new Value[] {new Value.Array(array)};
  }

  /** Where in the data, row-major, each update goes. */
  private static long[] positions(long[] dims, int axis, Value.Integers indices) {
    long[] result = new long[indices.values().length];
    for (int i = 0; i < result.length; i++) {
      long rest = i;
      long stride = 1;
      for (int a = dims.length - 1; a >= 0; a--) {
        long own = rest % indices.dims()[a];
        rest /= indices.dims()[a];
        result[i] += stride * (a == axis ? Movement.index(indices.values()[i], dims[a]) : own);
        stride *= dims[a];
      }
    }
    return result;
  }
}
