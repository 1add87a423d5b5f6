package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;

/** Indices as axes of their own: one value at the index, another elsewhere. */
final class OneHot implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    return Kernel.ofArray(
        inputs -> {
          long depth = inputs.wholeNumbers(1)[0];
          NDArray indices = inputs.array(0).toType(DataType.INT64, false);
          long[] dims = new long[indices.getShape().dimension() + 1];
          int at = Movement.axis(axis, dims.length);
          long[] wide = new long[dims.length];
          for (int i = 0; i < dims.length; i++) {
            dims[i] = i == at ? depth : 1;
            wide[i] = i == at ? 1 : indices.getShape().get(i < at ? i : i - 1);
          }
          NDArray places =
              DeviceArrays.beside(
                  indices,
                  indices
                      .getManager()
                      .create(LongStream.range(0, depth).toArray(), new Shape(dims)));
          NDArray hot =
              Movement.wrapped(indices, depth)
                  .reshape(new Shape(wide))
                  .eq(places)
                  .toType(context.precision(), false);
          NDArray values = inputs.array(2);
          NDArray off = values.get(new NDIndex(0));
          NDArray on = values.get(new NDIndex(1));
          return hot.mul(on.sub(off)).add(off);
        });
  }
}
