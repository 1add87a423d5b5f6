package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** An array repeated along axes of size 1 until it fits a shape, which may be smaller too. */
final class Expand implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] wanted = inputs.wholeNumbers(1);
      return Movement.of(
          inputs, a -> a.broadcast(new Shape(broadcast(a.getShape().getShape(), wanted))));
    };
  }

  private static long[] broadcast(long[] dims, long[] wanted) {
    long[] result = new long[Math.max(dims.length, wanted.length)];
    for (int i = 1; i <= result.length; i++) {
      long own = i <= dims.length ? dims[dims.length - i] : 1;
      long other = i <= wanted.length ? wanted[wanted.length - i] : 1;
      if (own != other && own != 1 && other != 1) {
        throw new IllegalArgumentException(
            "dimensions " + Arrays.toString(dims) + " do not fit " + Arrays.toString(wanted));
      }
      result[result.length - i] = own == 1 ? other : own;
    }
    return result;
  }
}
