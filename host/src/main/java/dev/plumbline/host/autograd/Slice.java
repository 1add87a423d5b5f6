package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.LongStream;

/** A part of an array, or of shape arithmetic, along some axes, forwards or backwards. */
final class Slice implements Operator {
  /** The opset from which starts, ends, axes and steps are inputs. */
  private static final int BOUNDS_ARE_INPUTS = 10;

  /** What is cut: one number per axis that is named. */
  private record Bounds(long[] starts, long[] ends, long[] axes, long[] steps) {}

  @Override
  public Kernel compile(NodeContext context) {
    if (context.opset() < BOUNDS_ARE_INPUTS) {
      Bounds bounds = attributes(context);
      return inputs -> Movement.of(inputs, data -> slice(data, bounds));
    }
    return inputs -> {
      long[] starts = inputs.wholeNumbers(1);
      Bounds bounds =
          new Bounds(
              starts,
              inputs.wholeNumbers(2),
              inputs.has(3) ? inputs.wholeNumbers(3) : firstAxes(starts.length),
              inputs.has(4) ? inputs.wholeNumbers(4) : ones(starts.length));
      return Movement.of(inputs, data -> slice(data, bounds));
    };
  }

  private static Bounds attributes(NodeContext context) {
    long[] starts = context.node().intsAttribute("starts").orElse(new long[0]);
    return new Bounds(
        starts,
        context.node().intsAttribute("ends").orElse(new long[0]),
        context.node().intsAttribute("axes").orElse(firstAxes(starts.length)),
        ones(starts.length));
  }

  private static NDArray slice(NDArray data, Bounds bounds) {
    NDArray result = Kernel.view(data);
    for (int i = 0; i < bounds.starts().length; i++) {
      int axis = Movement.axis(bounds.axes()[i], data.getShape().dimension());
      result = slice(result, axis, bounds.starts()[i], bounds.ends()[i], bounds.steps()[i]);
    }
    return result;
  }

  private static NDArray slice(NDArray data, int axis, long start, long end, long step) {
    long size = data.getShape().get(axis);
    if (step == 0) {
      throw new IllegalArgumentException("its step is 0, expected another number");
    }
    if (step > 0) {
      long from = bound(start, size, 0, size);
      long to = Math.max(from, bound(end, size, 0, size));
      return Movement.part(data, axis, from, to, Math.min(step, size + 1));
    }
    long from = bound(start, size, -1, size - 1);
    long to = bound(end, size, -1, size - 1);
    if (from <= to) {
      return Movement.part(data, axis, 0, 0, 1);
    }
    // The same elements forwards, then turned round: there are no negative steps on the device.
    long back = Math.min(size + 1, -Math.max(step, -Long.MAX_VALUE));
    long lowest = from - (from - to - 1) / back * back;
    return Movement.part(data, axis, lowest, from + 1, back).flip(axis);
  }

  private static long bound(long at, long size, long lowest, long highest) {
    return Math.max(lowest, Math.min(highest, at < 0 ? at + size : at));
  }

  private static long[] firstAxes(int count) {
    return LongStream.range(0, count).toArray();
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
