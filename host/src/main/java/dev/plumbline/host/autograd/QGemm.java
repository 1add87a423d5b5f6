package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;

/**
 * Matrix product of 8-bit integers with a 32-bit bias: to 8-bit integers, or to floats where the
 * output's scale is left out.
 */
final class QGemm implements Operator {
  private static final int BIAS = 6;

  @Override
  public Kernel compile(NodeContext context) {
    IntegerProduct product = IntegerProduct.of(context, 0, 2, 3, 5);
    float alpha = context.node().floatAttribute("alpha", 1f);
    float a = context.requireConstant(1, "scale of its left matrix").floats()[0];
    float[] ratios = context.requireConstant(4, "scale of its right matrix").floats();
    boolean quantizes = context.node().input(7).isPresent();
    float y = quantizes ? context.requireConstant(7, "scale of its output").floats()[0] : 1;
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = alpha * a * ratios[i] / y;
    }
    NDArray ratio = context.array(ratios, ratios.length);
    FakeQuantization output =
        quantizes ? FakeQuantization.single(context, 7, 8, outputType(context)) : null;
    return Kernel.ofArray(
        inputs -> {
          NDArray sum = product.sum(inputs);
          NDArray biased = inputs.has(BIAS) ? sum.add(inputs.array(BIAS)) : sum;
          NDArray scaled = biased.mul(ratio);
          return output == null ? scaled : output.saturate(scaled, inputs);
        });
  }

  private static ElementType outputType(NodeContext context) {
    return context.requireConstant(8, "zero point of its output").type();
  }
}
