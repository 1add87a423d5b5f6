package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Mean over a window of two spatial axes, counting its padding or not. */
final class AveragePool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Window window = Window.ofPool(context);
    boolean ceil = context.node().intAttribute("ceil_mode", 0) != 0;
    boolean countPadding = context.node().intAttribute("count_include_pad", 0) != 0;
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          long[] pads = window.padsFor(x.getShape());
          // libtorch pads a pool by half its kernel at most.
          boolean direct =
              Window.symmetric(pads)
                  && pads[0] <= window.kernel()[0] / 2
                  && pads[1] <= window.kernel()[1] / 2;
          NDArray means = pool(x, window, pads, direct, ceil);
          if (countPadding || Arrays.stream(pads).allMatch(p -> p == 0)) {
            return means;
          }
          // DJL counts padding whatever it is told: divide by the share that is no padding.
          NDArray ones = inputs.manager().ones(x.getShape().slice(2), x.getDataType());
          NDArray counted = ones.reshape(new Shape(1, 1).addAll(x.getShape().slice(2)));
          return means.div(pool(counted, window, pads, direct, ceil));
        });
  }

  private static NDArray pool(NDArray x, Window window, long[] pads, boolean direct, boolean ceil) {
    return (direct ? x : Window.pad(x, pads, 0))
        .getNDArrayInternal()
        .avgPool(
            window.kernelShape(),
            window.strideShape(),
            direct ? new Shape(pads[0], pads[1]) : new Shape(0, 0),
            ceil,
            true);
  }
}
