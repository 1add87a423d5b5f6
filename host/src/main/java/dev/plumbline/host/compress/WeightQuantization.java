package dev.plumbline.host.compress;

import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Granularity;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;

/**
 * Symmetric scales of weights and asymmetric ones of activations, as ONNX Runtime's integer kernels
 * want them.
 */
final class WeightQuantization {
  /** Biases stay this far from the ends of int32, so that products still fit beside them. */
  private static final double LARGEST_BIAS = 1 << 30;

  private WeightQuantization() {}

  /**
   * Scales of a layer's weights as the settings want them.
   *
   * @param inputScale of the layer's activations; 1 where the bias stays float
   * @param bias one value per output channel, or none where it stays float
   */
  static QuantizedTensors weights(
      WeightedNode node, QuantizationSettings settings, float inputScale, float[] bias) {
    QuantizedTensors channels =
        weights(node.weight(), node.axis(), settings.largestWeight(), inputScale, bias);
    if (settings.scales() == WeightScales.PER_CHANNEL) {
      return channels;
    }
    float largest = 0;
    for (int c = 0; c < channels.scale().length; c++) {
      // A channel of zeros has the scale 1 and nothing to say.
      boolean zeros = channels.scale()[c] == 1 && isZero(node, c);
      largest = zeros ? largest : Math.max(largest, channels.scale()[c]);
    }
    float scale = largest == 0 ? 1 : largest;
    return new QuantizedTensors(channels.type(), new float[] {scale}, new long[] {0}, node.axis());
  }

  private static boolean isZero(WeightedNode node, int channel) {
    Granularity channels = new Granularity(Integer.MAX_VALUE, node.axis(), 0);
    float[] values = node.weight().floats();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && channels.parameter(i, node.weight().dims()) == channel) {
        return false;
      }
    }
    return true;
  }

  /** The same scales for unsigned integers around 128, which ConvInteger takes. */
  static QuantizedTensors unsigned(QuantizedTensors signed) {
    long[] zeroPoint = new long[signed.scale().length];
    Arrays.fill(zeroPoint, 128);
    return new QuantizedTensors(ElementType.UINT8, signed.scale(), zeroPoint, signed.axis());
  }

  /**
   * Scales of weights, one per output channel: the largest magnitude becomes {@code largest}; a
   * channel of zeros gets scale 1. A scale is made larger where the channel's bias, which is
   * quantized with input scale times weight scale, would leave int32.
   *
   * @param axis of the output channels
   * @param largest 127, or 63 for a reduced range
   * @param bias one value per output channel, or none
   */
  static QuantizedTensors weights(
      Tensor weight, int axis, int largest, float inputScale, float[] bias) {
    long[] dims = weight.dims();
    int channels = Math.toIntExact(dims[axis]);
    int inner = 1;
    for (int a = axis + 1; a < dims.length; a++) {
      inner *= Math.toIntExact(dims[a]);
    }
    float[] greatest = new float[channels];
    float[] values = weight.floats();
    for (int i = 0; i < values.length; i++) {
      int c = i / inner % channels;
      greatest[c] = Math.max(greatest[c], Math.abs(values[i]));
    }
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = greatest[c] / largest < Float.MIN_NORMAL ? 1 : greatest[c] / largest;
      if (bias.length > 0) {
        double least = Math.abs((double) bias[c]) / inputScale / LARGEST_BIAS;
        // The product of both scales must not vanish: it is the scale of the bias.
        scales[c] = (float) Math.max(scales[c], Math.max(least, 2 * Float.MIN_NORMAL / inputScale));
      }
    }
    return new QuantizedTensors(ElementType.INT8, scales, new long[channels], axis);
  }

  /** Parameters of a bias: input scale times weight scale. */
  static QuantizedTensors bias(QuantizedTensors weights, float inputScale) {
    float[] scales = weights.scale().clone();
    for (int c = 0; c < scales.length; c++) {
      scales[c] *= inputScale;
    }
    return new QuantizedTensors(ElementType.INT32, scales, new long[scales.length], 0);
  }

  /**
   * Scale and zero point of an activation as uint8. The range is widened to hold 0, which padding
   * and Relu need exact.
   */
  static QuantizedTensors activation(ActivationRanges.Interval range) {
    float low = Math.min(0, range.low());
    float high = Math.max(0, range.high());
    float scale = (float) (((double) high - low) / 255);
    if (scale < Float.MIN_NORMAL) {
      return new QuantizedTensors(ElementType.UINT8, new float[] {1}, new long[] {0}, 0);
    }
    long zeroPoint = Math.max(0, Math.min(255, Math.round(-low / (double) scale)));
    return new QuantizedTensors(ElementType.UINT8, new float[] {scale}, new long[] {zeroPoint}, 0);
  }

  /** The constant's own range. */
  static QuantizedTensors operand(Tensor constant) {
    float low = 0;
    float high = 0;
    for (float value : constant.floats()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return activation(new ActivationRanges.Interval(low, high));
  }

  static Tensor scaleTensor(QuantizedTensors q) {
    return Tensor.ofFloats(dims(q), q.scale());
  }

  static Tensor zeroPointTensor(QuantizedTensors q) {
    if (q.type() == ElementType.INT32) {
      return Tensor.ofInts(dims(q), Arrays.stream(q.zeroPoint()).mapToInt(z -> (int) z).toArray());
    }
    byte[] bytes = new byte[q.zeroPoint().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) q.zeroPoint()[i];
    }
    return Tensor.ofBytes(q.type(), dims(q), bytes);
  }

  /** An activation's parameters are scalars, a channel's a vector, also of one channel. */
  private static long[] dims(QuantizedTensors q) {
    return q.type() == ElementType.UINT8 ? new long[0] : new long[] {q.scale().length};
  }
}
