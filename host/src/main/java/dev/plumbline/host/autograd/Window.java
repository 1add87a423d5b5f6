package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How a kernel slides over the one, two or three spatial axes of an N x C x ... array: convolution
 * and pooling share it.
 *
 * @param kernel its size along each spatial axis
 * @param strides likewise
 * @param dilations likewise
 * @param pads at the beginning of each axis, then at the end of each; ignored where {@code autoPad}
 *     computes them
 * @param autoPad ONNX's attribute: NOTSET, SAME_UPPER or SAME_LOWER; VALID has become pads of zero
 */
record Window(long[] kernel, long[] strides, long[] dilations, long[] pads, String autoPad) {
  /** Farther than any picture is wide; libtorch and ONNX Runtime may end the process beyond. */
  private static final long FARTHEST = 1 << 24;

  private static final Set<String> AUTO_PADS =
      Set.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER");

  /**
   * Reads the attributes of a node.
   *
   * @param kernel the kernel's size
   */
  static Window of(NodeContext context, long[] kernel) {
    int axes = kernel.length;
    if (axes < 1 || axes > 3) {
      throw context.unsupported("its kernel has " + axes + " axes, expected 1 to 3");
    }
    Node node = context.node();
    String autoPad = node.stringAttribute("auto_pad", "NOTSET");
    if (!AUTO_PADS.contains(autoPad)) {
      throw context.unsupported("its auto_pad is " + autoPad);
    }
    boolean valid = autoPad.equals("VALID");
    return new Window(
        kernel,
        steps(context, "strides", axes),
        steps(context, "dilations", axes),
        valid ? new long[2 * axes] : numbers(context, "pads", 2 * axes, 0),
        valid ? "NOTSET" : autoPad);
  }

  /**
   * Reads the attributes of a convolution: at once where the size of its weight, input 1, is known,
   * else whenever it is given a weight.
   */
  static Function<NDArray, Window> ofWeight(NodeContext context) {
    Optional<Window> known =
        context
            .node()
            .intsAttribute("kernel_shape")
            .or(() -> context.constant(1).map(weight -> spatial(weight.dims())))
            .map(kernel -> of(context, kernel));
    return weight -> known.orElseGet(() -> of(context, spatial(weight.getShape().getShape())));
  }

  private static long[] spatial(long[] dims) {
    return Arrays.copyOfRange(dims, Math.min(2, dims.length), dims.length);
  }

  private static long[] steps(NodeContext context, String attribute, int count) {
    long[] steps = numbers(context, attribute, count, 1);
    if (Arrays.stream(steps).anyMatch(step -> step < 1 || step > FARTHEST)) {
      throw context.unsupported(
          "its "
              + attribute
              + " are "
              + Arrays.toString(steps)
              + ", expected above 0 and at most "
              + FARTHEST);
    }
    return steps;
  }

  /** Numbers that an attribute gives for each axis. */
  static long[] numbers(NodeContext context, String attribute, int count, long otherwise) {
    Optional<long[]> found = context.node().intsAttribute(attribute);
    if (found.isEmpty()) {
      long[] numbers = new long[count];
      Arrays.fill(numbers, otherwise);
      return numbers;
    }
    if (found.get().length != count) {
      throw context.unsupported(
          "its " + attribute + " are " + Arrays.toString(found.get()) + ", expected " + count);
    }
    return found.get();
  }

  int axes() {
    return kernel.length;
  }

  /** How far the kernel reaches along an axis. */
  long reach(int axis) {
    return dilations[axis] * (kernel[axis] - 1) + 1;
  }

  /** Elements of the kernel. */
  long elements() {
    return Arrays.stream(kernel).reduce(1, Math::multiplyExact);
  }

  boolean dilated() {
    return Arrays.stream(dilations).anyMatch(dilation -> dilation != 1);
  }

  /** Padding for an input: at the beginning of each axis, then at the end of each. */
  long[] padsFor(Shape input) {
    requireAxes(input, "its input");
    if (autoPad.equals("NOTSET")) {
      requireSize(input);
      return pads;
    }
    int axes = axes();
    long[] result = new long[2 * axes];
    for (int axis = 0; axis < axes; axis++) {
      long size = input.get(axis + 2);
      long steps = (size + strides[axis] - 1) / strides[axis];
      long total = Math.max(0, (steps - 1) * strides[axis] + reach(axis) - size);
      result[axis] = first(total);
      result[axis + axes] = total - result[axis];
    }
    return result;
  }

  /** libtorch may end the process where dimensions do not fit each other. */
  private void requireAxes(Shape shape, String what) {
    if (shape.dimension() != axes() + 2) {
      throw new IllegalArgumentException(
          what + " is " + shape + ", expected " + (axes() + 2) + " axes");
    }
  }

  /** The window fits into the padded input, which is no larger than an array may be. */
  private void requireSize(Shape input) {
    double elements = input.get(0) * (double) input.get(1);
    for (int axis = 0; axis < axes(); axis++) {
      double size = (double) input.get(axis + 2) + pads[axis] + pads[axis + axes()];
      elements *= size;
      if (size < reach(axis)) {
        throw new IllegalArgumentException(
            "its window reaches over "
                + reach(axis)
                + " elements, "
                + (long) (reach(axis) - size)
                + " too many");
      }
    }
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the padded input of " + input + " has more than " + Integer.MAX_VALUE + " elements");
    }
  }

  /**
   * Checks that a convolution's input, weight and bias go together.
   *
   * @param inputChannels how many the weight takes, of all groups
   * @param outputChannels how many it makes
   */
  void requireFit(
      NDArray x, NDArray w, NDArray bias, long inputChannels, long outputChannels, int groups) {
    requireAxes(x.getShape(), "its input");
    requireAxes(w.getShape(), "its weight");
    boolean fits =
        x.getShape().get(1) == inputChannels
            && inputChannels % groups == 0
            && outputChannels % groups == 0
            && Arrays.equals(w.getShape().slice(2).getShape(), kernel)
            && (bias == null || bias.getShape().equals(new Shape(outputChannels)));
    if (!fits) {
      throw new IllegalArgumentException(
          "its input "
              + x.getShape()
              + ", weight "
              + w.getShape()
              + (bias == null ? "" : ", bias " + bias.getShape())
              + " and group "
              + groups
              + " do not go together");
    }
  }

  /** What comes at the beginning of padding that is computed. */
  long first(long total) {
    long small = total / 2;
    return autoPad.equals("SAME_UPPER") ? small : total - small;
  }

  static boolean symmetric(long[] pads) {
    int axes = pads.length / 2;
    return Arrays.equals(pads, 0, axes, pads, axes, pads.length);
  }

  /** Symmetric padding as libtorch takes it. */
  static Shape beginnings(long[] pads) {
    return new Shape(Arrays.copyOf(pads, pads.length / 2));
  }

  /** No padding, as libtorch takes it. */
  Shape unpadded() {
    return new Shape(new long[axes()]);
  }

  /** An array with its spatial axes padded; the same array where there is nothing to pad. */
  static NDArray pad(NDArray array, long[] pads, double value) {
    if (Arrays.stream(pads).allMatch(p -> p == 0)) {
      return array;
    }
    int axes = pads.length / 2;
    long[] lastAxisFirst = new long[pads.length];
    for (int axis = 0; axis < axes; axis++) {
      int at = 2 * (axes - 1 - axis);
      lastAxisFirst[at] = pads[axis];
      lastAxisFirst[at + 1] = pads[axis + axes];
    }
    return array.pad(new Shape(lastAxisFirst), value);
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
