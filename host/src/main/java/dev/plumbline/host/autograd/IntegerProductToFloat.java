package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * ONNX Runtime's matrix products of integers whose sums become floats at once: MatMulIntegerToFloat
 * of a matrix that is quantized, DynamicQuantizeMatMul of one that it quantizes itself.
 *
 * @param dynamic which of the two
 */
record IntegerProductToFloat(boolean dynamic) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return dynamic ? quantizing(context) : quantized(context);
  }

  private static Kernel quantized(NodeContext context) {
    IntegerProduct product = IntegerProduct.of(context, 0, 4, 1, 5);
    return Kernel.ofArray(
        inputs ->
            scaled(product.sum(inputs), inputs.array(2), inputs.array(3), inputs.arrayOrNull(6)));
  }

  private static Kernel quantizing(NodeContext context) {
    // The left matrix has no zero point among the inputs.
    IntegerProduct product = IntegerProduct.of(context, 0, Integer.MAX_VALUE, 1, 3);
    return Kernel.ofArray(
        inputs -> {
          NDArray a = inputs.array(0);
          DynamicRange range = DynamicRange.of(a, inputs);
          return scaled(
              product.sum(range.centred(a, inputs), inputs),
              range.scale(),
              inputs.array(2),
              inputs.arrayOrNull(4));
        });
  }

  private static NDArray scaled(NDArray sum, NDArray a, NDArray b, NDArray bias) {
    NDArray real = sum.mul(ZeroPoint.along(b, 0).mul(ZeroPoint.along(a, 1)));
    return bias == null ? real : real.add(bias);
  }
}
