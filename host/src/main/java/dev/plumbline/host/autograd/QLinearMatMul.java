package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.Tensor;

/** Matrix product of 8-bit integers to 8-bit integers. */
final class QLinearMatMul implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    IntegerProduct product = IntegerProduct.of(context, 0, 2, 3, 5);
    NDArray a = scale(context, 1, "scale of its left matrix");
    NDArray b = scale(context, 4, "scale of its right matrix");
    NDArray y = scale(context, 6, "scale of its output");
    NDArray ratio = context.keep(ZeroPoint.along(a, 1).mul(ZeroPoint.along(b, 0)).div(y));
    FakeQuantization output =
        FakeQuantization.single(
            context, 6, 7, context.requireConstant(7, "zero point of its output").type());
    return Kernel.ofArray(inputs -> output.saturate(product.sum(inputs).mul(ratio), inputs));
  }

  private static NDArray scale(NodeContext context, int position, String what) {
    Tensor scale = context.requireConstant(position, what);
    return context.array(scale.floats(), scale.dims());
  }
}
