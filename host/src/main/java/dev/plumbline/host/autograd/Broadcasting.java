package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/** Broadcasting as in NumPy: of dimensions, and of whole numbers in shape arithmetic. */
final class Broadcasting {
  private Broadcasting() {}

  /**
   * The dimensions that several arrays broadcast to.
   *
   * @throws IllegalArgumentException if they do not broadcast
   */
  static long[] dims(long[]... all) {
    int axes = Arrays.stream(all).mapToInt(dims -> dims.length).max().orElse(0);
    long[] result = new long[axes];
    Arrays.fill(result, 1);
    for (long[] dims : all) {
      for (int i = 0; i < dims.length; i++) {
        int at = axes - dims.length + i;
        if (result[at] == 1) {
          result[at] = dims[i];
        } else if (dims[i] != 1 && dims[i] != result[at]) {
          throw new IllegalArgumentException(
              "dimensions "
                  + Arrays.deepToString(all)
                  + " do not broadcast, expected equal ones or 1");
        }
      }
    }
    return result;
  }

  /** Applies a function to the elements of several inputs that stand at the same place. */
  static Value.Integers combine(ToLongFunction<long[]> function, Value.Integers... inputs) {
    long[] dims =
        dims(Arrays.stream(inputs).map(Value.Integers::dims).toArray(size -> new long[size][]));
    long[] result = new long[size(dims)];
    long[] elements = new long[inputs.length];
    for (int flat = 0; flat < result.length; flat++) {
      for (int i = 0; i < inputs.length; i++) {
        elements[i] = inputs[i].values()[position(inputs[i].dims(), dims, flat)];
      }
      result[flat] = function.applyAsLong(elements);
    }
    return new Value.Integers(dims, result);
  }

  /** Number of elements. */
  static int size(long[] dims) {
    return Value.Integers.count(dims);
  }

  /** Where an input's element for a place of the result is. */
  private static int position(long[] dims, long[] result, int flat) {
    int rest = flat;
    int at = 0;
    int stride = 1;
    for (int axis = result.length - 1; axis >= 0; axis--) {
      int coordinate = (int) (rest % result[axis]);
      rest = (int) (rest / result[axis]);
      int own = axis - result.length + dims.length;
      if (own >= 0) {
        at += dims[own] == 1 ? 0 : coordinate * stride;
        stride = (int) (stride * dims[own]);
      }
    }
    return at;
  }
}
