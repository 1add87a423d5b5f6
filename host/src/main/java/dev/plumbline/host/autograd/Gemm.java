package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** Matrix product with optional transposition, factors and a bias. */
final class Gemm implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean transposeA = context.node().intAttribute("transA", 0) != 0;
    boolean transposeB = context.node().intAttribute("transB", 0) != 0;
    float alpha = context.node().floatAttribute("alpha", 1f);
    float beta = context.node().floatAttribute("beta", 1f);
    boolean linear = !transposeA && transposeB && alpha == 1f && beta == 1f;
    return Kernel.ofArray(
        inputs -> {
          NDArray a = inputs.array(0);
          NDArray b = inputs.array(1);
          NDArray bias = inputs.arrayOrNull(2);
          if (linear && (bias == null || bias.getShape().dimension() == 1)) {
            return a.getNDArrayInternal().linear(a, b, bias).singletonOrThrow();
          }
          NDArray product = (transposeA ? a.transpose() : a).matMul(transposeB ? b.transpose() : b);
          NDArray scaled = alpha == 1f ? product : Scalars.times(product, alpha);
          return bias == null ? scaled : scaled.add(beta == 1f ? bias : Scalars.times(bias, beta));
        });
  }
}
