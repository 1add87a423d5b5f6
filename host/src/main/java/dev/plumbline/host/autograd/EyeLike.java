package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;

/** A matrix of the input's shape with ones on a diagonal. */
final class EyeLike implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long diagonal = context.node().intAttribute("k", 0);
    int dtype = Math.toIntExact(context.node().intAttribute("dtype", 0));
    boolean toFloat = ElementType.of(dtype).map(ElementType::isFloatingPoint).orElse(false);
    return inputs -> {
      long[] dims = RowIndices.dims(inputs, 0);
      long[] values = new long[Value.Integers.count(dims)];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % dims[1] - i / dims[1] == diagonal ? 1 : 0;
      }
      boolean array = dtype == 0 ? inputs.value(0) instanceof Value.Array : toFloat;
      return array
          ? new Value[] {
            new Value.Array(
                inputs
                    .place(inputs.manager().create(values, new Shape(dims)))
                    .toType(context.precision(), false))
          }
          : Kernel.integers(dims, values);
    };
  }
}
