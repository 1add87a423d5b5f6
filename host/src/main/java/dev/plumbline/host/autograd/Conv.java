package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/** Convolution over one to three spatial axes, grouped, dilated and padded in any way. */
final class Conv implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int groups = Math.toIntExact(context.node().intAttribute("group", 1));
    if (groups < 1) {
      throw context.unsupported("its group is " + groups + ", expected above 0");
    }
    Function<NDArray, Window> windows = Window.ofWeight(context);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          NDArray w = inputs.array(1);
          Window window = windows.apply(w);
          NDArray bias = inputs.arrayOrNull(2);
          window.requireFit(x, w, bias, w.getShape().get(1) * groups, w.getShape().get(0), groups);
          long[] pads = window.padsFor(x.getShape());
          boolean symmetric = Window.symmetric(pads);
          NDArray padded = symmetric ? x : Window.pad(x, pads, 0);
          return padded
              .getNDArrayInternal()
              .convolution(
                  padded,
                  w,
                  bias,
                  window.strideShape(),
                  symmetric ? Window.beginnings(pads) : window.unpadded(),
                  window.dilationShape(),
                  groups)
              .singletonOrThrow();
        });
  }
}
