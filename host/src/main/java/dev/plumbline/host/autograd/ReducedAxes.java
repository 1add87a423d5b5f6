package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The axes that a reduction takes, which ONNX moved from an attribute to an input.
 *
 * @param axes as the model names them; empty means all
 * @param keep whether reduced axes stay, with size 1
 */
record ReducedAxes(Optional<long[]> axes, boolean keep) {

  /**
   * @param inputSince opset from which the axes are an input
   */
  static ReducedAxes of(NodeContext context, int inputSince) {
    Optional<long[]> axes;
    if (context.opset() < inputSince) {
      axes = context.node().intsAttribute("axes");
    } else if (context.node().input(1).isEmpty()) {
      if (context.node().intAttribute("noop_with_empty_axes", 0) != 0) {
        throw context.unsupported("it reduces nothing");
      }
      axes = Optional.empty();
    } else {
      axes = Optional.of(context.requireConstant(1, "list of axes").longs());
    }
    return new ReducedAxes(axes, context.node().intAttribute("keepdims", 1) != 0);
  }

  /** The axes of an array of so many, none negative. */
  int[] of(int dimensions) {
    return axes.map(
            list ->
                Arrays.stream(list)
                    .mapToInt(a -> Math.toIntExact(a < 0 ? a + dimensions : a))
                    .toArray())
        .orElseGet(() -> IntStream.range(0, dimensions).toArray());
  }

  /**
   * An axis that is not negative.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  static int axis(long axis, int dimensions) {
    if (axis < -dimensions || axis >= Math.max(1, dimensions)) {
      throw new IllegalArgumentException("its axis is " + axis + " of " + dimensions);
    }
    return (int) (axis < 0 ? axis + dimensions : axis);
  }
}
