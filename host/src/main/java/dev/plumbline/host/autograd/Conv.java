package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Convolution over two spatial axes, grouped, dilated and padded in any way. */
final class Conv implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int groups = Math.toIntExact(context.node().intAttribute("group", 1));
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          NDArray w = inputs.array(1);
          if (w.getShape().dimension() != 4) {
            throw context.unsupported(
                "its weight has " + w.getShape().dimension() + " axes, expected 4");
          }
          Window window = Window.of(context, w.getShape().slice(2).getShape());
          long[] pads = window.padsFor(x.getShape());
          boolean symmetric = Window.symmetric(pads);
          NDArray padded = symmetric ? x : Window.pad(x, pads, 0);
          return padded
              .getNDArrayInternal()
              .convolution(
                  padded,
                  w,
                  inputs.arrayOrNull(2),
                  window.strideShape(),
                  symmetric ? new Shape(pads[0], pads[1]) : new Shape(0, 0),
                  window.dilationShape(),
                  groups)
              .singletonOrThrow();
        });
  }
}
