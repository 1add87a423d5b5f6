package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/**
 * ONNX Runtime's QLinearAdd and QLinearMul: two quantized arrays with broadcasting, rounded once.
 *
 * @param product whether they are multiplied
 */
record QLinearArithmetic(boolean product) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ZeroPoint aZero = ZeroPoint.of(context, 2);
    ZeroPoint bZero = ZeroPoint.of(context, 5);
    float a = context.requireConstant(1, "first scale").floats()[0];
    float b = context.requireConstant(4, "second scale").floats()[0];
    float c = context.requireConstant(6, "scale of its output").floats()[0];
    FakeQuantization output =
        FakeQuantization.single(context, 6, 7, QLinearFunction.type(context, 7, 2, 5));
    return Kernel.ofArray(
        inputs -> {
          NDArray left = aZero.subtractFrom(inputs.array(0), inputs, 0);
          NDArray right = bZero.subtractFrom(inputs.array(3), inputs, 0);
          NDArray ratio =
              product
                  ? Scalars.times(left.mul(right), a * b / c)
                  : Scalars.times(left, a / c).add(Scalars.times(right, b / c));
          return output.offsetAndSaturate(ratio, inputs);
        });
  }
}
