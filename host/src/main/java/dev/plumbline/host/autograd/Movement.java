package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Operators that make no new numbers: they move, repeat or leave out elements of input 0. */
final class Movement {
  private Movement() {}

  /**
   * Moves the elements of an array; for whole numbers, of their positions.
   *
   * @param move makes what it needs beside its argument, which may be on another device than the
   *     graph
   */
  static Value[] of(Inputs inputs, UnaryOperator<NDArray> move) {
    return ofMany(inputs, data -> new NDArray[] {move.apply(data)});
  }

  /** As {@link #of}, with several outputs. */
  static Value[] ofMany(Inputs inputs, Function<NDArray, NDArray[]> move) {
    if (!inputs.allIntegers()) {
      return Arrays.stream(move.apply(inputs.array(0))).map(Value.Array::new).toArray(Value[]::new);
    }
    Value.Integers data = inputs.integers(0);
    long[] positions = new long[data.values().length];
    Arrays.setAll(positions, i -> i);
    try (NDManager host = inputs.manager().newSubManager()) {
      NDArray[] moved = move.apply(host.create(positions, new Shape(data.dims())));
      Value[] result = new Value[moved.length];
      for (int i = 0; i < moved.length; i++) {
        long[] values =
            Arrays.stream(moved[i].toLongArray()).map(p -> data.values()[(int) p]).toArray();
        result[i] = new Value.Integers(moved[i].getShape().getShape(), values);
      }
      return result;
    }
  }

  /** The same elements in the same order under other dimensions. */
  static Value[] reshape(Inputs inputs, UnaryOperator<long[]> toDims) {
    if (inputs.value(0) instanceof Value.Integers integers) {
      return Kernel.integers(toDims.apply(integers.dims()), integers.values().clone());
    }
    NDArray array = inputs.array(0);
    long[] dims = toDims.apply(array.getShape().getShape());
    return new Value[] {new Value.Array(array.reshape(new Shape(dims)))};
  }

  /** The elements from one index up to another along an axis. */
  static NDArray part(NDArray array, int axis, long from, long to, long step) {
    return array.get(new NDIndex().addAllDim(axis).addSliceDim(from, to, step));
  }

  /** The elements at some indices along an axis, whose place the dimensions of the indices take. */
  static NDArray select(NDArray array, int axis, NDArray indices) {
    return array.get(new NDIndex().addAllDim(axis).addIndices("{}", indices));
  }

  /**
   * An input of indices into an axis, none negative.
   *
   * @param data that they are of, beside which they are put
   * @param size of the axis
   */
  static NDArray indices(Inputs inputs, int position, NDArray data, long size) {
    if (inputs.value(position) instanceof Value.Integers integers) {
      long[] values = Arrays.stream(integers.values()).map(i -> index(i, size)).toArray();
      return DeviceArrays.beside(
          data, data.getManager().create(values, new Shape(integers.dims())));
    }
    return wrapped(inputs.array(position).toType(DataType.INT64, false), size);
  }

  /** Computed indices, of which those below zero count from the end. */
  static NDArray wrapped(NDArray indices, long size) {
    return indices.add(Scalars.times(indices.lt(0).toType(DataType.INT64, false), size));
  }

  /** An index that counts from the end where it is below zero. */
  static long index(long index, long size) {
    long wrapped = index < 0 ? index + size : index;
    if (wrapped < 0 || wrapped >= size) {
      throw new IllegalArgumentException("index " + index + " is outside of an axis of " + size);
    }
    return wrapped;
  }

  /** An axis that counts from the end where it is below zero. */
  static int axis(long axis, int dimensions) {
    return (int) index(axis, dimensions);
  }

  /** Product of dimensions. */
  static long product(long[] dims, int from, int to) {
    return Arrays.stream(dims, from, to).reduce(1, Math::multiplyExact);
  }
}
