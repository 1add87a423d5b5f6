package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** ONNX Runtime's matrix product with transposition of the last two axes and a factor. */
final class FusedMatMul implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.node().intAttribute("transBatchA", 0) != 0
        || context.node().intAttribute("transBatchB", 0) != 0) {
      throw context.unsupported("it transposes the batch, expected the last two axes");
    }
    boolean transposeA = context.node().intAttribute("transA", 0) != 0;
    boolean transposeB = context.node().intAttribute("transB", 0) != 0;
    float alpha = context.node().floatAttribute("alpha", 1f);
    return Kernel.ofArray(
        inputs -> {
          NDArray a = inputs.array(0);
          NDArray b = inputs.array(1);
          NDArray product = (transposeA ? transposed(a) : a).matMul(transposeB ? transposed(b) : b);
          return alpha == 1f ? product : Scalars.times(product, alpha);
        });
  }

  /** A vector stays as it is. */
  private static NDArray transposed(NDArray array) {
    int axes = array.getShape().dimension();
    return axes < 2 ? array : array.swapAxes(axes - 2, axes - 1);
  }
}
