package dev.plumbline.host.autograd;

import java.util.Arrays;

/** The same elements in another shape. */
final class Reshape implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean allowZero = context.node().intAttribute("allowzero", 0) != 0;
    return inputs -> {
      long[] wanted = inputs.wholeNumbers(1);
      return Movement.reshape(inputs, dims -> resolve(dims, wanted, allowZero));
    };
  }

  /** Fills in sizes that are copied (0) and the one that follows from the others (-1). */
  private static long[] resolve(long[] dims, long[] wanted, boolean allowZero) {
    long[] resolved = wanted.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] == 0 && !allowZero) {
        resolved[i] = dims[i];
      }
      if (wanted[i] == -1) {
        open = i;
      } else {
        known *= resolved[i];
      }
    }
    if (open >= 0) {
      resolved[open] = Movement.product(dims, 0, dims.length) / Math.max(1, known);
    }
    if (Movement.product(resolved, 0, resolved.length) != Movement.product(dims, 0, dims.length)) {
      throw new IllegalArgumentException(
          "dimensions " + Arrays.toString(dims) + " do not fit " + Arrays.toString(wanted));
    }
    return resolved;
  }
}
