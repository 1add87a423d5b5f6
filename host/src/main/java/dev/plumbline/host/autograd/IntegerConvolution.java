package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A convolution of quantized numbers less their zero points. The sums are whole and, below 2^24,
 * exact in float32: some 250 products of 8-bit numbers at their largest, many thousands of usual
 * ones. Beyond that the last bits are lost, far below a step of the output.
 *
 * @param convolution the kernel on floats
 * @param x zero point of the input, input 0
 * @param weight position of the weight
 * @param w zero point of the weight
 * @param bias position of the bias; beyond the last input where the operator has none
 */
record IntegerConvolution(Kernel convolution, ZeroPoint x, int weight, ZeroPoint w, int bias) {

  /**
   * @param bias position of an optional bias; -1 where the operator has none
   */
  static IntegerConvolution of(
      NodeContext context, int xZeroPoint, int weight, int wZeroPoint, int bias) {
    List<String> names = context.node().inputs();
    boolean biased = bias >= 0 && context.node().input(bias).isPresent();
    NodeContext floats =
        context.as(
            "Conv",
            Math.max(11, context.opset()),
            biased
                ? List.of(names.get(0), names.get(weight), names.get(bias))
                : List.of(names.get(0), names.get(weight)));
    return new IntegerConvolution(
        OperatorRegistry.DEFAULT.compile(floats),
        ZeroPoint.of(context, xZeroPoint),
        weight,
        ZeroPoint.of(context, wZeroPoint),
        biased ? bias : Integer.MAX_VALUE);
  }

  NDArray sum(Inputs inputs) {
    // Padding with 0 after the zero point is off is padding with the zero point before.
    NDArray input = x.subtractFrom(inputs.array(0), inputs, 0);
    NDArray kernel = inputs.array(weight);
    NDArray centred = w.subtractFrom(kernel, inputs, kernel.getShape().dimension() - 1);
    NDArray offset = inputs.arrayOrNull(bias);
    return convolution.array(
        offset == null ? inputs.with(input, centred) : inputs.with(input, centred, offset));
  }
}
