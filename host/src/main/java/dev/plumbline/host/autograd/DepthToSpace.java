package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Channels laid out as blocks of pixels. */
final class DepthToSpace implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long block = context.node().intAttribute("blocksize", 1);
    String mode = context.node().stringAttribute("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw context.unsupported("its mode is " + mode + ", expected DCR or CRD");
    }
    return Kernel.elementwise(a -> rearrange(a, block, mode.equals("DCR")));
  }

  private static NDArray rearrange(NDArray a, long block, boolean depthFirst) {
    long n = a.getShape().get(0);
    long c = a.getShape().get(1) / (block * block);
    long h = a.getShape().get(2);
    long w = a.getShape().get(3);
    NDArray apart =
        depthFirst
            ? a.reshape(n, block, block, c, h, w).transpose(0, 3, 4, 1, 5, 2)
            : a.reshape(n, c, block, block, h, w).transpose(0, 1, 4, 2, 5, 3);
    return apart.reshape(new Shape(n, c, h * block, w * block));
  }
}
