package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;

/** Local response normalisation: division by a power of the squares of neighbouring channels. */
final class Lrn implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long size = context.node().intAttribute("size", 0);
    if (size < 1) {
      throw context.unsupported("its size is " + size + ", expected above 0");
    }
    float alpha = context.node().floatAttribute("alpha", 1e-4f);
    float beta = context.node().floatAttribute("beta", 0.75f);
    float bias = context.node().floatAttribute("bias", 1);
    long before = (size - 1) / 2;
    long[] pads = {before, 0, size - 1 - before, 0};
    return Kernel.elementwise(
        x -> {
          Shape shape = x.getShape();
          // The channels become an axis that a pool can slide over.
          NDArray squares = x.square().reshape(shape.get(0), 1, shape.get(1), -1);
          NDArray means =
              Window.pad(squares, pads, 0)
                  .getNDArrayInternal()
                  .avgPool(new Shape(size, 1), new Shape(1, 1), new Shape(0, 0), false, true);
          return x.div(Scalars.toThe(Scalars.times(means, alpha).add(bias), beta).reshape(shape));
        });
  }
}
