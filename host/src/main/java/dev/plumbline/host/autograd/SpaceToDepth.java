package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Blocks of pixels laid out as channels. */
final class SpaceToDepth implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long block = context.node().intAttribute("blocksize", 1);
    return Kernel.elementwise(a -> rearrange(a, block));
  }

  private static NDArray rearrange(NDArray a, long block) {
    long n = a.getShape().get(0);
    long c = a.getShape().get(1);
    long h = a.getShape().get(2) / block;
    long w = a.getShape().get(3) / block;
    return a.reshape(n, c, h, block, w, block)
        .transpose(0, 3, 5, 1, 2, 4)
        .reshape(n, c * block * block, h, w);
  }
}
