package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Granularity;
import dev.plumbline.host.onnx.StoredIntegers;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;

/**
 * Trained weights whose integers the model keeps within fewer values than their type has, as the
 * Clip of a 4-bit weight in 8-bit integers does. Clipping the real values to the outermost integers
 * before they are rounded gives the same numbers as clipping the integers, and the gradient of a
 * straight-through estimator.
 */
final class NarrowedWeights {
  private NarrowedWeights() {}

  /**
   * A fake quantization of weights within bounds.
   *
   * @param quantization the kernel of the whole type
   * @param context of the DequantizeLinear
   * @param dims of the weights
   */
  static Kernel before(
      Kernel quantization, NodeContext context, long[] dims, StoredIntegers integers) {
    Tensor scale = context.requireConstant(1, "scale");
    float[] scales = scale.floats();
    float[] zeroPoints =
        context.constant(2).map(Tensor::floats).orElseGet(() -> new float[scales.length]);
    float[] low = new float[scales.length];
    float[] high = new float[scales.length];
    for (int i = 0; i < scales.length; i++) {
      low[i] = (integers.lowest() - zeroPoints[i]) * scales[i];
      high[i] = (integers.highest() - zeroPoints[i]) * scales[i];
    }
    Granularity granularity = Granularity.of(context.node(), scales.length, dims.length);
    NDArray lows = spread(context, low, granularity, dims);
    NDArray highs = spread(context, high, granularity, dims);
    return inputs -> quantization.run(inputs.with(inputs.array(0).maximum(lows).minimum(highs)));
  }

  /** One bound, one for each index of an axis, or one for each element. */
  private static NDArray spread(
      NodeContext context, float[] bounds, Granularity granularity, long[] dims) {
    if (bounds.length == 1) {
      return context.array(bounds);
    }
    if (granularity.block() == 0) {
      long[] along = new long[dims.length];
      Arrays.fill(along, 1);
      along[granularity.axis()] = bounds.length;
      return context.array(bounds, along);
    }
    float[] every = new float[Math.toIntExact(new Shape(dims).size())];
    for (int i = 0; i < every.length; i++) {
      every[i] = bounds[granularity.parameter(i, dims)];
    }
    return context.array(every, dims);
  }
}
