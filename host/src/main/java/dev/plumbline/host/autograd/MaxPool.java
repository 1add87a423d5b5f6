package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Maximum over a window of two spatial axes. */
final class MaxPool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.node().outputs().stream().skip(1).anyMatch(o -> !o.isEmpty())) {
      throw context.unsupported("it puts out indices too");
    }
    Window window = Window.ofPool(context);
    boolean ceil = context.node().intAttribute("ceil_mode", 0) != 0;
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          long[] pads = window.padsFor(x.getShape());
          // libtorch pads a pool by half its kernel at most.
          boolean direct =
              Window.symmetric(pads)
                  && pads[0] <= window.kernel()[0] / 2
                  && pads[1] <= window.kernel()[1] / 2;
          NDArray padded = direct ? x : Window.pad(x, pads, Double.NEGATIVE_INFINITY);
          return padded
              .getNDArrayInternal()
              .maxPool(
                  window.kernelShape(),
                  window.strideShape(),
                  direct ? new Shape(pads[0], pads[1]) : new Shape(0, 0),
                  ceil);
        });
  }
}
