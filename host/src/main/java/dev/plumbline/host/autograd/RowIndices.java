package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;
import java.util.stream.LongStream;

/**
 * Data seen as a matrix, and indices of several axes as numbers of its rows: what GatherND and
 * ScatterND share.
 *
 * @param dims of the data
 * @param batch how many leading axes data and indices have in common
 * @param depth how many axes after those an index names
 */
record RowIndices(long[] dims, int batch, int depth) {

  /** Elements in a row. */
  long width() {
    return Movement.product(dims, batch + depth, dims.length);
  }

  /** Rows of the matrix. */
  long rows() {
    return Movement.product(dims, 0, batch + depth);
  }

  /** The rows that whole numbers name, the last axis of which is an index. */
  long[] rows(Value.Integers indices) {
    int count = indices.values().length / depth;
    long perBatch = count / Math.max(1, Movement.product(dims, 0, batch));
    long[] rows = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = i / Math.max(1, perBatch);
      for (int j = 0; j < depth; j++) {
        long size = dims[batch + j];
        rows[i] = rows[i] * size + Movement.index(indices.values()[i * depth + j], size);
      }
    }
    return rows;
  }

  /** As {@link #rows(Value.Integers)}, of computed indices. */
  NDArray rows(NDArray indices) {
    long batches = Movement.product(dims, 0, batch);
    long count = indices.size() / depth;
    NDArray whole = indices.toType(DataType.INT64, false).reshape(new Shape(batches, -1, depth));
    NDArray rows =
        DeviceArrays.beside(
                indices,
                indices
                    .getManager()
                    .create(LongStream.range(0, batches).toArray(), new Shape(batches, 1)))
            .broadcast(new Shape(batches, count / batches));
    for (int j = 0; j < depth; j++) {
      long size = dims[batch + j];
      NDArray index = whole.get(new NDIndex().addAllDim(2).addIndices(j));
      rows = Scalars.times(rows, size).add(Movement.wrapped(index, size));
    }
    return rows.reshape(new Shape(count));
  }

  /** The rows that an input names, beside the data that they are of. */
  NDArray rows(Inputs inputs, int position, NDArray data) {
    return inputs.value(position) instanceof Value.Integers integers
        ? DeviceArrays.beside(data, data.getManager().create(rows(integers)))
        : rows(inputs.array(position));
  }

  /** Dimensions of an input. */
  static long[] dims(Inputs inputs, int position) {
    return inputs.value(position) instanceof Value.Integers integers
        ? integers.dims()
        : inputs.array(position).getShape().getShape();
  }
}
