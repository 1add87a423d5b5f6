package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;

/**
 * Scale and zero point of a QuantizeLinear or DequantizeLinear node, for constants: between real
 * values and the integers that a model holds.
 *
 * @param type of the integers: INT32 or one that QuantizeLinear makes
 * @param scale one value, or as many as the granularity says
 * @param zeroPoint as many, all 0 for INT32
 * @param granularity which of them go with which element
 */
public record QuantizedTensors(
    ElementType type, float[] scale, long[] zeroPoint, Granularity granularity) {

  /**
   * Parameters per tensor, or per index of an axis.
   *
   * @param axis that the parameters go with; of no meaning for one value
   */
  public QuantizedTensors(ElementType type, float[] scale, long[] zeroPoint, int axis) {
    this(type, scale, zeroPoint, new Granularity(scale.length, axis, 0));
  }

  /**
   * The parameters of a node whose integers are {@link StoredIntegers}.
   *
   * @throws UnsupportedNodeException if they are not constants
   */
  public static QuantizedTensors of(Graph graph, Node node) {
    Tensor scale =
        node.input(1)
            .flatMap(graph::constant)
            .orElseThrow(
                () -> new UnsupportedNodeException("the scale of node " + node + " is computed"));
    Tensor quantized =
        StoredIntegers.of(graph, node)
            .flatMap(stored -> graph.constant(stored.initializer()))
            .orElseThrow();
    long[] zeroPoint =
        node.input(2).flatMap(graph::constant).map(Tensor::longs).orElse(new long[scale.size()]);
    return new QuantizedTensors(
        quantized.type(),
        scale.floats(),
        zeroPoint,
        Granularity.of(node, scale.size(), quantized.dims().length));
  }

  /** The axis that the parameters go with. */
  public int axis() {
    return granularity.axis();
  }

  /** The integers as real values. */
  public Tensor dequantize(Tensor quantized) {
    long[] q = quantized.longs();
    long[] dims = quantized.dims();
    float[] values = new float[q.length];
    for (int i = 0; i < q.length; i++) {
      int c = granularity.parameter(i, dims);
      values[i] = (q[i] - zeroPoint[c]) * scale[c];
    }
    return Tensor.ofFloats(dims, values);
  }

  /** Real values as integers: rounded half to even, saturated. */
  public Tensor quantize(Tensor real) {
    float[] x = real.floats();
    long[] dims = real.dims();
    long[] integers = new long[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = granularity.parameter(i, dims);
      if (!Float.isFinite(x[i])) {
        throw new BadInputException(
            "value " + x[i] + " at " + i + " cannot be quantized, expected a finite number");
      }
      double rounded = Math.rint(x[i] / scale[c]) + zeroPoint[c];
      integers[i] = (long) Math.max(type.lowest(), Math.min(type.highest(), rounded));
    }
    return Tensor.ofIntegers(type, dims, integers);
  }
}
