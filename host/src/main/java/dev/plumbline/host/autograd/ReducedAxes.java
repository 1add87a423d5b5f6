package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The axes that a reduction takes, which ONNX moved from an attribute to an input.
 *
 * @param attribute as the model names them, where they are an attribute
 * @param input whether they are an input
 * @param noneByDefault whether an empty list means none, not all
 * @param keep whether reduced axes stay, with size 1
 */
record ReducedAxes(Optional<long[]> attribute, boolean input, boolean noneByDefault, boolean keep) {

  /**
   * @param inputSince opset from which the axes are an input
   */
  static ReducedAxes of(NodeContext context, int inputSince) {
    boolean input = context.opset() >= inputSince;
    return new ReducedAxes(
        input ? Optional.empty() : context.node().intsAttribute("axes"),
        input,
        input && context.node().intAttribute("noop_with_empty_axes", 0) != 0,
        context.node().intAttribute("keepdims", 1) != 0);
  }

  /** The axes of an array of so many, none negative. */
  int[] of(Inputs inputs, int dimensions) {
    long[] named =
        input && inputs.has(1) ? inputs.integers(1).values() : attribute.orElse(new long[0]);
    if (named.length == 0) {
      return IntStream.range(0, noneByDefault ? 0 : dimensions).toArray();
    }
    return Arrays.stream(named).mapToInt(axis -> axis(axis, dimensions)).toArray();
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
