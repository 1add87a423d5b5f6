package dev.plumbline.host.autograd;

import java.util.Arrays;

/** Axes of size 1 put in. */
final class Unsqueeze implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] axes =
          Squeeze.axes(context, inputs).orElseThrow(() -> context.unsupported("it has no axes"));
      return Movement.reshape(inputs, dims -> unsqueeze(dims, axes));
    };
  }

  private static long[] unsqueeze(long[] dims, long[] axes) {
    long[] widened = new long[dims.length + axes.length];
    Arrays.fill(widened, -1);
    for (long axis : axes) {
      widened[Movement.axis(axis, widened.length)] = 1;
    }
    int next = 0;
    for (int i = 0; i < widened.length; i++) {
      if (widened[i] < 0) {
        widened[i] = dims[next++];
      }
    }
    return widened;
  }
}
