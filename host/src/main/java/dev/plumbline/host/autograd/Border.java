package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What is added around an array, or below zero taken away from it.
 *
 * @param begins at the beginning of each axis
 * @param ends at the end of each axis
 */
record Border(long[] begins, long[] ends) {

  /** Takes away first, then adds one value; the same array where there is nothing to do. */
  NDArray apply(NDArray array, double value) {
    return added(taken(array), value);
  }

  /** The array without what is taken away. */
  NDArray taken(NDArray array) {
    if (LongStream.concat(Arrays.stream(begins), Arrays.stream(ends)).noneMatch(p -> p < 0)) {
      return array;
    }
    NDIndex index = new NDIndex();
    for (int axis = 0; axis < begins.length; axis++) {
      long size = array.getShape().get(axis);
      long from = Math.max(0, -begins[axis]);
      long to = size - Math.max(0, -ends[axis]);
      if (from >= to) {
        throw new IllegalArgumentException(
            "axis " + axis + " of size " + size + " is cropped to nothing");
      }
      index.addSliceDim(from, to);
    }
    return array.get(index);
  }

  /** The array with one value added around it. */
  NDArray added(NDArray array, double value) {
    return Window.pad(
        array,
        LongStream.concat(Arrays.stream(begins), Arrays.stream(ends))
            .map(p -> Math.max(0, p))
            .toArray(),
        value);
  }
}
