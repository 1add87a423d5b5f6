package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Granularity;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A constant scale and zero point as arrays, with the arithmetic on them. Quantized numbers are
 * kept as floating-point arrays of whole elements.
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
  private final ElementType type;
  private final NDArray low;
  private final NDArray high;

  /** Null where there are several scales. */
  private final PerTensorFakeQuantization perTensor;

  /**
   * @param dims that scales and zero points have as arrays; none for one of each
   */
  private FakeQuantization(
      NodeContext context, float[] scales, float[] zeroPoints, long[] dims, ElementType type) {
    this.scale = context.array(scales, dims);
    this.type = type;
    this.offset = zeroPoints[0];
    boolean zero = true;
    float[] lows = new float[zeroPoints.length];
    float[] highs = new float[zeroPoints.length];
    for (int i = 0; i < zeroPoints.length; i++) {
      zero &= zeroPoints[i] == 0;
      lows[i] = type.lowest() - zeroPoints[i];
      highs[i] = type.highest() - zeroPoints[i];
    }
    this.zeroPoint = zero ? null : context.array(zeroPoints, dims);
    // Bounds of what is left when the zero point is taken off differ where zero points do.
    boolean same = zero || zeroPoints.length == 1;
    this.low = same ? null : context.array(lows, dims);
    this.high = same ? null : context.array(highs, dims);
    this.perTensor =
        scales.length == 1 && type != ElementType.INT32
            ? new PerTensorFakeQuantization(context, scales[0], zeroPoints[0], type)
            : null;
  }

  /**
   * Reads inputs 1 and 2 of a QuantizeLinear or DequantizeLinear node.
   *
   * @param dims of the array that is quantized; of no meaning for one scale
   * @param quantized type of the quantized elements
   */
  static FakeQuantization of(NodeContext context, long[] dims, ElementType quantized) {
    Tensor scale = scale(context, 1);
    float[] scales = scale.floats();
    float[] zeroPoints = zeroPoints(context, 2, scale.size());
    if (scale.size() == 1) {
      return new FakeQuantization(context, scales, zeroPoints, new long[0], quantized);
    }
    Granularity granularity = Granularity.of(context.node(), scale.size(), dims.length);
    int axis = granularity.axis();
    if (axis < 0 || axis >= dims.length) {
      throw context.unsupported("its axis is " + axis + " of " + dims.length);
    }
    long[] expected = granularity.parameterDims(dims);
    if (!Arrays.equals(scale.dims(), expected)) {
      throw context.unsupported(
          "its scale is "
              + scale
              + " for an array of "
              + Arrays.toString(dims)
              + ", expected "
              + Arrays.toString(expected));
    }
    if (granularity.block() == 0) {
      long[] along = new long[dims.length];
      Arrays.fill(along, 1);
      along[axis] = scale.size();
      return new FakeQuantization(context, scales, zeroPoints, along, quantized);
    }
    float[] everyScale = new float[Math.toIntExact(Arrays.stream(dims).reduce(1, (a, b) -> a * b))];
    float[] everyZeroPoint = new float[everyScale.length];
    for (int i = 0; i < everyScale.length; i++) {
      everyScale[i] = scales[granularity.parameter(i, dims)];
      everyZeroPoint[i] = zeroPoints[granularity.parameter(i, dims)];
    }
    return new FakeQuantization(context, everyScale, everyZeroPoint, dims, quantized);
  }

  /** One scale and zero point of a node that has several pairs among its inputs. */
  static FakeQuantization single(
      NodeContext context, int scalePosition, int zeroPosition, ElementType quantized) {
    Tensor scale = scale(context, scalePosition);
    if (scale.size() != 1) {
      throw context.unsupported(
          "its input " + scalePosition + " holds " + scale.size() + " scales, expected one");
    }
    return new FakeQuantization(
        context, scale.floats(), zeroPoints(context, zeroPosition, 1), new long[0], quantized);
  }

  private static Tensor scale(NodeContext context, int position) {
    Tensor scale = context.requireConstant(position, "scale");
    for (float s : scale.floats()) {
      // Multiplied by, it makes zeros, as tools write it for a pruned channel.
      boolean right = s > 0 || s == 0 && context.node().dequantizes();
      if (!right || Float.isInfinite(s)) {
        throw context.unsupported("a scale of it is " + s + ", expected above 0");
      }
    }
    return scale;
  }

  private static float[] zeroPoints(NodeContext context, int position, int expected) {
    if (context.node().input(position).isEmpty()) {
      return new float[expected];
    }
    Optional<Tensor> constant = context.constant(position);
    float[] values =
        constant
            .orElseThrow(
                () -> context.unsupported("its zero point is computed, expected a constant"))
            .floats();
    if (values.length != expected) {
      throw context.unsupported(
          "it has " + values.length + " zero points, expected as many as scales, " + expected);
    }
    return values;
  }

  /** Quantizes and dequantizes. */
  NDArray fakeQuantize(NDArray x, Inputs inputs) {
    return perTensor == null ? fakeQuantize(x, scale, inputs) : perTensor.apply(x);
  }

  /**
   * Quantizes and dequantizes with another scale.
   *
   * @param other of the shape {@link #scaleShape}
   */
  NDArray fakeQuantize(NDArray x, NDArray other, Inputs inputs) {
    return round(clip(x.div(other)), inputs).mul(other);
  }

  /** Shape that scales have, so that they spread over the array. */
  Shape scaleShape() {
    return scale.getShape();
  }

  /** Quantizes. */
  NDArray quantize(NDArray x, Inputs inputs) {
    return saturate(x.div(scale), inputs);
  }

  /**
   * Quantizes a value that is divided by the scale already.
   *
   * @param ratio value over scale
   */
  NDArray saturate(NDArray ratio, Inputs inputs) {
    NDArray centred = round(clip(ratio), inputs);
    return zeroPoint == null ? centred : centred.add(zeroPoint);
  }

  /**
   * As {@link #saturate}, adding the zero point before rounding, as some operators of ONNX Runtime
   * do: with an odd zero point halves go the other way.
   */
  NDArray offsetAndSaturate(NDArray ratio, Inputs inputs) {
    return round(ratio.add(offset).clip(type.lowest(), type.highest()), inputs);
  }

  /** Dequantizes. */
  NDArray dequantize(NDArray quantized) {
    return (zeroPoint == null ? quantized : quantized.sub(zeroPoint)).mul(scale);
  }

  /** The bounds of int32 are none: floats cannot hold them, and nothing comes near. */
  private NDArray clip(NDArray ratio) {
    if (type == ElementType.INT32) {
      return ratio;
    }
    return low == null
        ? ratio.clip(type.lowest() - offset, type.highest() - offset)
        : ratio.maximum(low).minimum(high);
  }

  /** Rounds half to even; the gradient passes. */
  private static NDArray round(NDArray clipped, Inputs inputs) {
    NDArray rounded = clipped.round();
    // The difference of a number and its rounding is exact, so that the sum is whole.
    return inputs.differentiable() ? clipped.add(rounded.sub(clipped).stopGradient()) : rounded;
  }
}
