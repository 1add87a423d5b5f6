package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Transposed convolution over one to three spatial axes. DJL has none: this is a convolution of the
 * input, its elements spread by the strides, with the kernel turned round.
 */
final class ConvTranspose implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int groups = Math.toIntExact(context.node().intAttribute("group", 1));
    if (groups < 1) {
      throw context.unsupported("its group is " + groups + ", expected above 0");
    }
    Function<NDArray, Window> windows = Window.ofWeight(context);
    Optional<long[]> size = context.node().intsAttribute("output_shape");
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          NDArray w = inputs.array(1);
          Window window = windows.apply(w);
          NDArray bias = inputs.arrayOrNull(2);
          window.requireFit(x, w, bias, w.getShape().get(0), w.getShape().get(1) * groups, groups);
          long[] extra = Window.numbers(context, "output_padding", window.axes(), 0);
          NDArray bordered = border(window, x.getShape(), extra, size).apply(spread(window, x), 0);
          long[] ones = new long[window.axes()];
          Arrays.fill(ones, 1);
          return bordered
              .getNDArrayInternal()
              .convolution(
                  bordered,
                  turned(w, groups),
                  bias,
                  new Shape(ones),
                  window.unpadded(),
                  window.dilationShape(),
                  groups)
              .singletonOrThrow();
        });
  }

  /** What has to surround the spread input for the output to have its size. */
  private static Border border(Window window, Shape input, long[] extra, Optional<long[]> size) {
    int axes = window.axes();
    long[] begins = new long[axes + 2];
    long[] ends = new long[axes + 2];
    for (int axis = 0; axis < axes; axis++) {
      long spread = input.get(axis + 2) * window.strides()[axis];
      long overlap = window.reach(axis) - 1;
      long natural = spread - window.strides()[axis] + extra[axis] + overlap + 1;
      long first = window.pads()[axis];
      long out = natural - first - window.pads()[axis + axes];
      if (size.isPresent() || !window.autoPad().equals("NOTSET")) {
        // The list may name the batch and the channels too.
        int at = axis;
        long wanted = size.map(list -> list[list.length - axes + at]).orElse(spread);
        long total = Math.max(0, natural - wanted);
        first = window.first(total);
        out = size.isPresent() ? wanted : natural - total;
      }
      begins[axis + 2] = overlap - first;
      ends[axis + 2] = out + overlap - begins[axis + 2] - spread;
    }
    return new Border(begins, ends);
  }

  /** Every element followed by as many zeros as the stride leaves out. */
  private static NDArray spread(Window window, NDArray x) {
    int axes = window.axes();
    if (Arrays.stream(window.strides()).allMatch(stride -> stride == 1)) {
      return x;
    }
    long[] apart = new long[2 + 2 * axes];
    long[] pads = new long[4 * axes];
    long[] spread = new long[2 + axes];
    for (int axis = 0; axis < 2; axis++) {
      apart[axis] = x.getShape().get(axis);
      spread[axis] = apart[axis];
    }
    for (int axis = 0; axis < axes; axis++) {
      long size = x.getShape().get(axis + 2);
      apart[2 + 2 * axis] = size;
      apart[3 + 2 * axis] = 1;
      pads[2 * axes + 2 * axis + 1] = window.strides()[axis] - 1;
      spread[2 + axis] = size * window.strides()[axis];
    }
    return Window.pad(x.reshape(new Shape(apart)), pads, 0).reshape(new Shape(spread));
  }

  /** A weight C x M/group x ... as the weight M x C/group x ... of the convolution. */
  private static NDArray turned(NDArray w, int groups) {
    Shape shape = w.getShape();
    Shape kernel = shape.slice(2);
    long channels = shape.get(0) / groups;
    long made = shape.get(1);
    return w.reshape(new Shape(groups, channels, made).addAll(kernel))
        .swapAxes(1, 2)
        .reshape(new Shape(groups * made, channels).addAll(kernel))
        .flip(IntStream.range(2, shape.dimension()).toArray());
  }
}
