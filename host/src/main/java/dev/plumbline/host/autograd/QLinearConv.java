package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;

/** Convolution of 8-bit integers to 8-bit integers, its weights per tensor or per channel. */
final class QLinearConv implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    IntegerConvolution convolution = IntegerConvolution.of(context, 2, 3, 5, 8);
    float x = context.requireConstant(1, "scale of its input").floats()[0];
    float[] ratios = context.requireConstant(4, "scale of its weight").floats();
    float y = context.requireConstant(6, "scale of its output").floats()[0];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = x * ratios[i] / y;
    }
    NDArray ratio = context.array(ratios, ratios.length);
    FakeQuantization output = FakeQuantization.single(context, 6, 7, outputType(context));
    return Kernel.ofArray(
        inputs -> {
          NDArray sum = convolution.sum(inputs);
          int behind = sum.getShape().dimension() - 2;
          return output.saturate(sum.mul(ZeroPoint.along(ratio, behind)), inputs);
        });
  }

  private static ElementType outputType(NodeContext context) {
    return context.requireConstant(7, "zero point of its output").type();
  }
}
