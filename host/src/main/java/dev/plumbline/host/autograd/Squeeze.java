package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/** Axes of size 1 removed. */
final class Squeeze implements Operator {
  /** The opset from which Squeeze and Unsqueeze take their axes as an input. */
  private static final int AXES_ARE_INPUT = 13;

  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      Optional<long[]> axes = axes(context, inputs);
      return Movement.reshape(inputs, dims -> squeeze(dims, axes));
    };
  }

  /** The axes that a node names, if it names any. */
  static Optional<long[]> axes(NodeContext context, Inputs inputs) {
    if (context.opset() < AXES_ARE_INPUT) {
      return context.node().intsAttribute("axes");
    }
    return inputs.has(1) ? Optional.of(inputs.wholeNumbers(1)) : Optional.empty();
  }

  private static long[] squeeze(long[] dims, Optional<long[]> axes) {
    boolean[] dropped = new boolean[dims.length];
    if (axes.isEmpty()) {
      for (int a = 0; a < dims.length; a++) {
        dropped[a] = dims[a] == 1;
      }
    } else {
      for (long axis : axes.get()) {
        int a = Movement.axis(axis, dims.length);
        if (dims[a] != 1) {
          throw new IllegalArgumentException(
              "axis " + axis + " of " + Arrays.toString(dims) + " is not of size 1");
        }
        dropped[a] = true;
      }
    }
    return LongStream.range(0, dims.length)
        .filter(a -> !dropped[(int) a])
        .map(a -> dims[(int) a])
        .toArray();
  }
}
