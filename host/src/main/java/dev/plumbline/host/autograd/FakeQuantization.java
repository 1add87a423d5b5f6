package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Scale and zero point of a QuantizeLinear or DequantizeLinear node as arrays, with the arithmetic
 * on them. Quantized numbers are kept as floating-point arrays of whole elements.
 *
 * <p>Rounding is ONNX Runtime's: the value is divided by the scale, rounded half to even, offset by
 * the zero point, saturated. Clipping to whole bounds before rounding gives the same numbers as
 * saturating after it and makes the gradient what it should be: that of a straight-through
 * estimator (Bengio et al. 2013), one within the bounds and zero where the value was clipped.
 */
final class FakeQuantization {
  private final NDArray scale;
  private final NDArray zeroPoint;
  private final double offset;
  private final double lowest;
  private final double highest;
  private final boolean bounded;

  private FakeQuantization(
      NDArray scale,
      NDArray zeroPoint,
      double offset,
      double lowest,
      double highest,
      boolean bounded) {
    this.scale = scale;
    this.zeroPoint = zeroPoint;
    this.offset = offset;
    this.lowest = lowest;
    this.highest = highest;
    this.bounded = bounded;
  }

  /**
   * Reads inputs 1 and 2 of a node.
   *
   * @param axes of the array that is quantized, where it is known; per-channel parameters need it
   * @param quantized type of the quantized elements
   */
  static FakeQuantization of(NodeContext context, int axes, ElementType quantized) {
    Tensor scale = context.requireConstant(1, "scale");
    Optional<Tensor> zeroPoint = context.constant(2);
    if (context.node().intAttribute("block_size", 0) != 0) {
      throw context.unsupported("it is blocked");
    }
    long[] dims = new long[0];
    if (scale.size() > 1) {
      int axis = Math.toIntExact(context.node().intAttribute("axis", 1));
      dims = new long[axes];
      Arrays.fill(dims, 1);
      int at = axis < 0 ? axis + axes : axis;
      if (at < 0 || at >= axes) {
        throw context.unsupported("its axis is " + axis + " of " + axes);
      }
      dims[at] = scale.size();
    }
    for (float s : scale.floats()) {
      if (!(s > 0) || Float.isInfinite(s)) {
        throw context.unsupported("a scale of it is " + s + ", expected above 0");
      }
    }
    boolean zero = true;
    float[] offsets = zeroPoint.map(Tensor::floats).orElse(new float[scale.size()]);
    for (float z : offsets) {
      zero &= z == 0;
    }
    double lowest = quantized == ElementType.INT8 ? -128 : 0;
    double highest = quantized == ElementType.INT8 ? 127 : 255;
    return new FakeQuantization(
        context.array(scale.floats(), dims),
        zero ? null : context.array(offsets, dims),
        offsets[0],
        lowest,
        highest,
        quantized == ElementType.INT8 || quantized == ElementType.UINT8);
  }

  /** Prepares quantization followed by dequantization. */
  Kernel fakeQuantize(NodeContext context) {
    Rounding rounding = rounding(context);
    return Kernel.ofArray(inputs -> rounding.apply(inputs.array(0), inputs).mul(scale));
  }

  /** Prepares quantization alone. */
  Kernel quantize(NodeContext context) {
    Rounding rounding = rounding(context);
    return Kernel.ofArray(
        inputs -> {
          NDArray centred = rounding.apply(inputs.array(0), inputs);
          return zeroPoint == null ? centred : centred.add(zeroPoint);
        });
  }

  /** Prepares dequantization alone. */
  Kernel dequantize() {
    return Kernel.ofArray(
        inputs -> {
          NDArray q = inputs.array(0);
          return (zeroPoint == null ? q : q.sub(zeroPoint)).mul(scale);
        });
  }

  private interface Rounding {
    /** The quantized value less its zero point. */
    NDArray apply(NDArray x, Inputs inputs);
  }

  private Rounding rounding(NodeContext context) {
    if (zeroPoint != null && zeroPoint.getShape().size() > 1) {
      // Bounds differ by channel.
      NDArray low = context.keep(zeroPoint.neg().add(lowest));
      NDArray high = context.keep(zeroPoint.neg().add(highest));
      return (x, inputs) -> round(x.div(scale).maximum(low).minimum(high), inputs);
    }
    if (!bounded) {
      return (x, inputs) -> round(x.div(scale), inputs);
    }
    return (x, inputs) -> round(x.div(scale).clip(lowest - offset, highest - offset), inputs);
  }

  private static NDArray round(NDArray clipped, Inputs inputs) {
    NDArray rounded = clipped.round();
    // The difference of a number and its rounding is exact, so that the sum is whole.
    return inputs.differentiable() ? clipped.add(rounded.sub(clipped).stopGradient()) : rounded;
  }
}
