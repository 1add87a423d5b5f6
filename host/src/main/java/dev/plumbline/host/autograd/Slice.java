package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;

/** A part of an array, or of shape arithmetic, along some axes; steps are above zero. */
final class Slice implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] starts = inputs.integers(1).values();
      long[] ends = inputs.integers(2).values();
      long[] axes = inputs.has(3) ? inputs.integers(3).values() : firstAxes(starts.length);
      long[] steps = inputs.has(4) ? inputs.integers(4).values() : ones(starts.length);
      if (Arrays.stream(steps).anyMatch(s -> s < 1)) {
        throw context.unsupported("a step of it is not above 0");
      }
      if (inputs.value(0) instanceof Value.Integers data) {
        int from = bound(starts[0], data.values().length);
        int to = bound(ends[0], data.values().length);
        if (starts.length != 1 || steps[0] != 1) {
          throw context.unsupported("it slices whole numbers in steps or along several axes");
        }
        long[] part = Arrays.copyOfRange(data.values(), from, Math.max(from, to));
        return Kernel.integers(new long[] {part.length}, part);
      }
      return new Value[] {new Value.Array(slice(inputs.array(0), starts, ends, axes, steps))};
    };
  }

  private static NDArray slice(
      NDArray array, long[] starts, long[] ends, long[] axes, long[] steps) {
    int dimensions = array.getShape().dimension();
    NDIndex index = new NDIndex();
    for (int axis = 0; axis < dimensions; axis++) {
      long size = array.getShape().get(axis);
      int at = -1;
      for (int i = 0; i < axes.length; i++) {
        if ((axes[i] < 0 ? axes[i] + dimensions : axes[i]) == axis) {
          at = i;
        }
      }
      if (at < 0) {
        index.addAllDim();
      } else {
        index.addSliceDim(bound(starts[at], size), bound(ends[at], size), steps[at]);
      }
    }
    return array.get(index);
  }

  private static int bound(long at, long size) {
    return (int) Math.max(0, Math.min(size, at < 0 ? at + size : at));
  }

  private static long[] firstAxes(int count) {
    long[] axes = new long[count];
    Arrays.setAll(axes, i -> i);
    return axes;
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
