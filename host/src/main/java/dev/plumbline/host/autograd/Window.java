package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Node;
import java.util.Arrays;

/**
 * How a kernel slides over the two spatial axes of an N x C x H x W array: convolution and pooling
 * share it.
 *
 * @param kernel height and width
 * @param strides likewise
 * @param dilations likewise
 * @param pads top, left, bottom, right; ignored where {@code autoPad} computes them
 * @param autoPad ONNX's attribute: NOTSET, VALID, SAME_UPPER or SAME_LOWER
 */
record Window(long[] kernel, long[] strides, long[] dilations, long[] pads, String autoPad) {

  /**
   * Reads the attributes of a node.
   *
   * @param kernel the kernel's size
   */
  static Window of(NodeContext context, long[] kernel) {
    if (kernel.length != 2) {
      throw context.unsupported("its kernel has " + kernel.length + " axes, expected 2");
    }
    Node node = context.node();
    String autoPad = node.stringAttribute("auto_pad", "NOTSET");
    if (!Arrays.asList("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(autoPad)) {
      throw context.unsupported("its auto_pad is " + autoPad);
    }
    return new Window(
        kernel,
        node.intsAttribute("strides").orElse(new long[] {1, 1}),
        node.intsAttribute("dilations").orElse(new long[] {1, 1}),
        autoPad.equals("VALID")
            ? new long[4]
            : node.intsAttribute("pads").orElse(new long[] {0, 0, 0, 0}),
        autoPad.equals("VALID") ? "NOTSET" : autoPad);
  }

  /** Reads the attributes of a pool, whose kernel is one of them. */
  static Window ofPool(NodeContext context) {
    Window window =
        of(
            context,
            context
                .node()
                .intsAttribute("kernel_shape")
                .orElseThrow(() -> context.unsupported("it has no kernel_shape")));
    if (Arrays.stream(window.dilations()).anyMatch(dilation -> dilation != 1)) {
      throw context.unsupported("it is dilated");
    }
    return window;
  }

  /** Padding for an input: top, left, bottom, right. */
  long[] padsFor(Shape input) {
    if (autoPad.equals("NOTSET")) {
      return pads;
    }
    long[] result = new long[4];
    for (int axis = 0; axis < 2; axis++) {
      long size = input.get(axis + 2);
      long reach = dilations[axis] * (kernel[axis] - 1) + 1;
      long steps = (size + strides[axis] - 1) / strides[axis];
      long total = Math.max(0, (steps - 1) * strides[axis] + reach - size);
      long small = total / 2;
      result[axis] = autoPad.equals("SAME_UPPER") ? small : total - small;
      result[axis + 2] = total - result[axis];
    }
    return result;
  }

  static boolean symmetric(long[] pads) {
    return pads[0] == pads[2] && pads[1] == pads[3];
  }

  /** An array with its spatial axes padded; the same array where there is nothing to pad. */
  static NDArray pad(NDArray array, long[] pads, double value) {
    // The last axis comes first.
    return Arrays.stream(pads).allMatch(p -> p == 0)
        ? array
        : array.pad(new Shape(pads[1], pads[3], pads[0], pads[2]), value);
  }

  Shape kernelShape() {
    return new Shape(kernel);
  }

  Shape strideShape() {
    return new Shape(strides);
  }

  Shape dilationShape() {
    return new Shape(dilations);
  }
}
