package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** An array with some of its slices replaced, which indices of several axes name. */
final class ScatterNd implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ScatterReduction reduction = ScatterReduction.of(context);
    return inputs -> {
      long[] named = RowIndices.dims(inputs, 1);
      RowIndices indices =
          new RowIndices(RowIndices.dims(inputs, 0), 0, (int) named[named.length - 1]);
      if (inputs.allIntegers()) {
        return Kernel.integers(
            indices.dims(),
            reduction.scatter(
                inputs.integers(0).values(),
                indices.rows(inputs.integers(1)),
                inputs.integers(2).values(),
                Math.toIntExact(indices.width())));
      }
      NDArray data = inputs.array(0).reshape(new Shape(indices.rows(), indices.width()));
      NDArray updates = inputs.array(2).reshape(new Shape(-1, indices.width()));
      return new Value[] {
        new Value.Array(
            scatter(context, reduction, indices, inputs, data, updates)
                .reshape(new Shape(indices.dims())))
      };
    };
  }

  private static NDArray scatter(
      NodeContext context,
      ScatterReduction reduction,
      RowIndices indices,
      Inputs inputs,
      NDArray data,
      NDArray updates) {
    if (inputs.value(1) instanceof Value.Integers known) {
      return reduction.scatter(data, indices.rows(known), updates);
    }
    if (reduction != ScatterReduction.NONE) {
      throw context.unsupported("its indices are computed and it reduces");
    }
    NDArray rows = indices.rows(inputs.array(1));
    return data.scatter(
        rows.reshape(new Shape(-1, 1)).broadcast(rows.size(), indices.width()), updates, 0);
  }
}
