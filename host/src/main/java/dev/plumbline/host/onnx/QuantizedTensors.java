package dev.plumbline.host.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Scale and zero point of a QuantizeLinear or DequantizeLinear node, for constants: between real
 * values and the integers that a model holds.
 *
 * @param type of the integers: INT8, UINT8 or INT32
 * @param scale one value, or one per index of {@code axis}
 * @param zeroPoint as many, all 0 for INT32
 * @param axis that the parameters go with; of no meaning for one value
 */
public record QuantizedTensors(ElementType type, float[] scale, long[] zeroPoint, int axis) {

  /**
   * The parameters of a node.
   *
   * @throws UnsupportedNodeException if they are not constants
   */
  public static QuantizedTensors of(Graph graph, Node node) {
    Tensor scale =
        node.input(1)
            .flatMap(graph::constant)
            .orElseThrow(
                () -> new UnsupportedNodeException("the scale of node " + node + " is computed"));
    Tensor quantized = graph.constant(node.inputs().get(0)).orElseThrow();
    long[] zeroPoint =
        node.input(2).flatMap(graph::constant).map(Tensor::longs).orElse(new long[scale.size()]);
    int axis = Math.toIntExact(node.intAttribute("axis", 1));
    return new QuantizedTensors(
        quantized.type(),
        scale.floats(),
        zeroPoint,
        axis < 0 ? axis + quantized.dims().length : axis);
  }

  /** The integers as real values. */
  public Tensor dequantize(Tensor quantized) {
    long[] q = quantized.longs();
    int inner = inner(quantized.dims());
    float[] values = new float[q.length];
    for (int i = 0; i < q.length; i++) {
      int c = channel(i, inner);
      values[i] = (q[i] - zeroPoint[c]) * scale[c];
    }
    return Tensor.ofFloats(quantized.dims(), values);
  }

  /** Real values as integers: rounded half to even, saturated. */
  public Tensor quantize(Tensor real) {
    float[] x = real.floats();
    int inner = inner(real.dims());
    ByteBuffer bytes = ByteBuffer.allocate(x.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int[] ints = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = channel(i, inner);
      if (!Float.isFinite(x[i])) {
        throw new ArithmeticException("value " + x[i] + " at " + i + " cannot be quantized");
      }
      double rounded = Math.rint(x[i] / scale[c]) + zeroPoint[c];
      ints[i] = (int) Math.max(lowest(), Math.min(highest(), rounded));
    }
    if (type == ElementType.INT32) {
      return Tensor.ofInts(real.dims(), ints);
    }
    for (int value : ints) {
      bytes.put((byte) value);
    }
    return Tensor.ofBytes(type, real.dims(), bytes.array());
  }

  private double lowest() {
    return switch (type) {
      case INT8 -> -128;
      case UINT8 -> 0;
      default -> Integer.MIN_VALUE;
    };
  }

  private double highest() {
    return switch (type) {
      case INT8 -> 127;
      case UINT8 -> 255;
      default -> Integer.MAX_VALUE;
    };
  }

  private int channel(int index, int inner) {
    return scale.length == 1 ? 0 : index / inner % scale.length;
  }

  private int inner(long[] dims) {
    int inner = 1;
    for (int a = axis + 1; a < dims.length; a++) {
      inner *= Math.toIntExact(dims[a]);
    }
    return inner;
  }
}
