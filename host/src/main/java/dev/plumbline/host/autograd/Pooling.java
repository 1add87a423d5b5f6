package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;
import java.util.function.BinaryOperator;

/**
 * The windows of a pool.
 *
 * @param window how they slide
 * @param ceil whether a last window may run over the end
 */
record Pooling(Window window, boolean ceil) {
  /** A pool of libtorch, which knows no dilation. */
  private interface Plain {
    NDArray pool(NDArray x, Shape pads);
  }

  /** Reads the attributes of a pool, whose kernel is one of them. */
  static Pooling of(NodeContext context) {
    long[] kernel =
        context
            .node()
            .intsAttribute("kernel_shape")
            .orElseThrow(() -> context.unsupported("it has no kernel_shape"));
    Window window = Window.of(context, kernel);
    if (window.dilated() && !window.autoPad().equals("NOTSET")) {
      // ONNX Runtime pads as if the pool were not dilated.
      throw context.unsupported(
          "it is dilated with auto_pad " + window.autoPad() + ", expected explicit pads");
    }
    return new Pooling(window, context.node().intAttribute("ceil_mode", 0) != 0);
  }

  /** The largest element of each window. */
  NDArray max(NDArray x) {
    long[] pads = window.padsFor(x.getShape());
    if (!window.dilated() && direct(pads)) {
      return maxPool(x, Window.beginnings(pads), ceil);
    }
    return slide(
        x,
        Double.NEGATIVE_INFINITY,
        (padded, none) -> maxPool(padded, none, false),
        NDArray::maximum);
  }

  private NDArray maxPool(NDArray x, Shape pads, boolean over) {
    return x.getNDArrayInternal().maxPool(window.kernelShape(), window.strideShape(), pads, over);
  }

  /** The sum of each window over the number of elements of the kernel, whatever they lie on. */
  NDArray mean(NDArray x) {
    Plain plain =
        (padded, pads) ->
            padded
                .getNDArrayInternal()
                .avgPool(window.kernelShape(), window.strideShape(), pads, false, true);
    long[] pads = covering(x.getShape());
    if (!window.dilated() && direct(pads)) {
      return plain.pool(x, Window.beginnings(pads));
    }
    NDArray pooled = slide(x, 0, plain, NDArray::add);
    return window.dilated() ? Scalars.dividedBy(pooled, window.elements()) : pooled;
  }

  /** Whether libtorch can pad, which pads a pool by half its kernel at most. */
  private boolean direct(long[] pads) {
    boolean half = Window.symmetric(pads);
    for (int axis = 0; axis < window.axes(); axis++) {
      half &= pads[axis] <= window.kernel()[axis] / 2;
    }
    return half;
  }

  /** Pads, then lets libtorch pool, or where windows have holes merges their elements. */
  private NDArray slide(NDArray x, double fill, Plain plain, BinaryOperator<NDArray> merge) {
    NDArray padded = Window.pad(x, covering(x.getShape()), fill);
    if (!window.dilated()) {
      return plain.pool(padded, window.unpadded());
    }
    NDArray merged = null;
    for (long element = 0; element < window.elements(); element++) {
      NDArray part = elementOfEachWindow(padded, element);
      merged = merged == null ? part : merge.apply(merged, part);
    }
    return merged;
  }

  private NDArray elementOfEachWindow(NDArray padded, long element) {
    NDIndex index = new NDIndex().addAllDim(2);
    long rest = element;
    for (int axis = 0; axis < window.axes(); axis++) {
      long stride = window.strides()[axis];
      long from = rest % window.kernel()[axis] * window.dilations()[axis];
      rest /= window.kernel()[axis];
      long room = padded.getShape().get(axis + 2) - window.reach(axis);
      if (room < 0) {
        throw new IllegalArgumentException(
            "its window reaches over " + window.reach(axis) + " elements, " + -room + " too many");
      }
      index.addSliceDim(from, from + room / stride * stride + 1, stride);
    }
    return padded.get(index);
  }

  /** How many windows there are along an axis of a padded input. */
  private long windows(int axis, Shape input, long[] pads) {
    long before = input.get(axis + 2) + pads[axis];
    long stride = window.strides()[axis];
    long room = before + pads[axis + window.axes()] - window.reach(axis);
    if (!ceil) {
      return room / stride + 1;
    }
    long windows = (room + stride - 1) / stride + 1;
    // A window that starts in the padding of the end is none.
    return (windows - 1) * stride >= before ? windows - 1 : windows;
  }

  /** Padding under which every window lies inside. */
  private long[] covering(Shape input) {
    long[] pads = window.padsFor(input);
    if (!ceil) {
      return pads;
    }
    long[] result = pads.clone();
    int axes = window.axes();
    for (int axis = 0; axis < axes; axis++) {
      long last = (windows(axis, input, pads) - 1) * window.strides()[axis];
      long needed = last + window.reach(axis) - input.get(axis + 2) - pads[axis];
      result[axis + axes] = Math.max(pads[axis + axes], needed);
    }
    return result;
  }

  /**
   * For each window the number of elements of the kernel over the number of those that count.
   *
   * @param countPadding whether padding counts; what lies beyond it never does
   */
  Shares shares(Shape input, boolean countPadding) {
    long[] pads = window.padsFor(input);
    int axes = window.axes();
    long[] dims = new long[axes + 2];
    dims[0] = 1;
    dims[1] = 1;
    float[] shares = {1};
    for (int axis = 0; axis < axes; axis++) {
      long size = input.get(axis + 2);
      int windows = Math.toIntExact(windows(axis, input, pads));
      dims[axis + 2] = windows;
      float[] wider = new float[shares.length * windows];
      for (int at = 0; at < windows; at++) {
        long counted = 0;
        for (long k = 0; k < window.kernel()[axis]; k++) {
          long position = at * window.strides()[axis] - pads[axis] + k * window.dilations()[axis];
          boolean inside = position >= 0 && position < size;
          boolean padding = countPadding && position < size + pads[axis + axes];
          counted += inside || padding ? 1 : 0;
        }
        for (int i = 0; i < shares.length; i++) {
          wider[i * windows + at] = shares[i] * window.kernel()[axis] / counted;
        }
      }
      shares = wider;
    }
    return new Shares(dims, shares);
  }

  /**
   * A number for each window.
   *
   * @param dims as the pool's output, batch and channels 1
   */
  record Shares(long[] dims, float[] values) {
    boolean allOne() {
      for (float value : values) {
        if (value != 1) {
          return false;
        }
      }
      return true;
    }
  }
}
