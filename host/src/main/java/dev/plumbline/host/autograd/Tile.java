package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** An array repeated along its axes. */
final class Tile implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] repeats = inputs.wholeNumbers(1);
      return Movement.of(inputs, a -> repeats.length == 0 ? Kernel.view(a) : tile(a, repeats));
    };
  }

  /** libtorch ends the process where the numbers do not fit. */
  private static NDArray tile(NDArray array, long[] repeats) {
    int axes = array.getShape().dimension();
    double elements = array.size();
    for (long repeat : repeats) {
      elements = repeat < 0 ? Double.POSITIVE_INFINITY : elements * repeat;
    }
    if (repeats.length != axes || elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "it repeats " + array.getShape() + " " + Arrays.toString(repeats) + " times");
    }
    return array.tile(repeats);
  }
}
