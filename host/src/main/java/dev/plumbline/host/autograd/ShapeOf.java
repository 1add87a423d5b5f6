package dev.plumbline.host.autograd;

import java.util.Arrays;

/** The shape of an array, which stays in Java. */
final class ShapeOf implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long start = context.node().intAttribute("start", 0);
    long end = context.node().intAttribute("end", Long.MAX_VALUE);
    return inputs -> {
      long[] dims = RowIndices.dims(inputs, 0);
      int from = bound(start, dims);
      long[] part = Arrays.copyOfRange(dims, from, Math.max(from, bound(end, dims)));
      return Kernel.integers(new long[] {part.length}, part);
    };
  }

  private static int bound(long at, long[] dims) {
    return (int) Math.max(0, Math.min(dims.length, at < 0 ? at + dims.length : at));
  }
}
