package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Slices of an array by indices of several axes. */
final class GatherNd implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int batch = Math.toIntExact(context.node().intAttribute("batch_dims", 0));
    return inputs -> {
      long[] named = RowIndices.dims(inputs, 1);
      int depth = (int) named[named.length - 1];
      return Movement.of(
          inputs,
          data -> {
            long[] dims = data.getShape().getShape();
            RowIndices indices = new RowIndices(dims, batch, depth);
            long[] result =
                LongStream.concat(
                        Arrays.stream(named, 0, named.length - 1),
                        Arrays.stream(dims, batch + depth, dims.length))
                    .toArray();
            return Movement.select(
                    data.reshape(new Shape(indices.rows(), indices.width())),
                    0,
                    indices.rows(inputs, 1, data))
                .reshape(new Shape(result));
          });
    };
  }
}
