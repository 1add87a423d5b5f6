package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Optional;

/** An array cut along an axis: into parts of given sizes, or of one size with a smaller last. */
final class Split implements Operator {
  /** The opset from which the sizes are an input. */
  private static final int SIZES_ARE_INPUT = 13;

  /** The opset from which the last of equal parts may be smaller. */
  private static final int LAST_MAY_BE_SMALLER = 18;

  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    int outputs = context.node().outputs().size();
    int parts = (int) context.node().intAttribute("num_outputs", outputs);
    if (parts != outputs) {
      throw context.unsupported(
          "its num_outputs is " + parts + " and it has " + outputs + " outputs");
    }
    Optional<long[]> attribute =
        context.opset() < SIZES_ARE_INPUT
            ? context.node().intsAttribute("split")
            : Optional.empty();
    boolean input = context.opset() >= SIZES_ARE_INPUT && context.node().input(1).isPresent();
    boolean uneven = context.opset() >= LAST_MAY_BE_SMALLER;
    return inputs -> {
      Optional<long[]> sizes = input ? Optional.of(inputs.wholeNumbers(1)) : attribute;
      return Movement.ofMany(
          inputs,
          data -> {
            int at = Movement.axis(axis, data.getShape().dimension());
            long size = data.getShape().get(at);
            return cut(data, at, sizes.orElseGet(() -> equal(size, parts, uneven)));
          });
    };
  }

  private static long[] equal(long size, int parts, boolean uneven) {
    if (size % parts != 0 && !uneven) {
      throw new IllegalArgumentException(
          "an axis of " + size + " cannot be split into " + parts + " equal parts");
    }
    long each = (size + parts - 1) / parts;
    long[] sizes = new long[parts];
    Arrays.fill(sizes, each);
    sizes[parts - 1] = size - each * (parts - 1);
    return sizes;
  }

  private static NDArray[] cut(NDArray data, int axis, long[] sizes) {
    long size = data.getShape().get(axis);
    if (Arrays.stream(sizes).sum() != size || Arrays.stream(sizes).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "an axis of " + size + " cannot be split into " + Arrays.toString(sizes));
    }
    NDArray[] parts = new NDArray[sizes.length];
    long from = 0;
    for (int i = 0; i < sizes.length; i++) {
      parts[i] = Movement.part(data, axis, from, from + sizes[i], 1);
      from += sizes[i];
    }
    return parts;
  }
}
