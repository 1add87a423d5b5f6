package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;

/** How a Pad goes on with an array beyond its edge; the names are ONNX's. */
enum PadMode {
  /** The array mirrored at its first and last elements, which are not repeated. */
  REFLECT {
    @Override
    void before(NDArray x, int axis, long count, NDList parts) {
      check(x, axis, count);
      parts.add(part(x, axis, 1, 1 + count).flip(axis));
    }

    @Override
    void after(NDArray x, int axis, long count, NDList parts) {
      check(x, axis, count);
      long last = x.getShape().get(axis) - 1;
      parts.add(part(x, axis, last - count, last).flip(axis));
    }

    private void check(NDArray x, int axis, long count) {
      long size = x.getShape().get(axis);
      if (count >= size) {
        throw new IllegalArgumentException(
            "it reflects " + count + " elements of axis " + axis + ", which has " + size);
      }
    }
  },
  /** The first and the last elements again and again. */
  EDGE {
    @Override
    void before(NDArray x, int axis, long count, NDList parts) {
      parts.add(repeated(part(x, axis, 0, 1), axis, count));
    }

    @Override
    void after(NDArray x, int axis, long count, NDList parts) {
      long size = x.getShape().get(axis);
      parts.add(repeated(part(x, axis, size - 1, size), axis, count));
    }

    private NDArray repeated(NDArray slice, int axis, long count) {
      long[] dims = slice.getShape().getShape().clone();
      dims[axis] = count;
      return slice.broadcast(dims);
    }
  },
  /** The array again and again. */
  WRAP {
    @Override
    void before(NDArray x, int axis, long count, NDList parts) {
      long size = x.getShape().get(axis);
      if (count % size > 0) {
        parts.add(part(x, axis, size - count % size, size));
      }
      again(x, count / size, parts);
    }

    @Override
    void after(NDArray x, int axis, long count, NDList parts) {
      long size = x.getShape().get(axis);
      again(x, count / size, parts);
      if (count % size > 0) {
        parts.add(part(x, axis, 0, count % size));
      }
    }

    private void again(NDArray x, long times, NDList parts) {
      for (long i = 0; i < times; i++) {
        parts.add(x);
      }
    }
  };

  /** Adds what comes before an array along an axis. */
  abstract void before(NDArray x, int axis, long count, NDList parts);

  /** Adds what comes after an array along an axis. */
  abstract void after(NDArray x, int axis, long count, NDList parts);

  private static NDArray part(NDArray x, int axis, long from, long to) {
    return x.get(NDIndex.sliceAxis(axis, from, to));
  }
}
