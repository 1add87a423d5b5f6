package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A quantized value in a graph under test.
 *
 * @param value its name
 * @param scale name of its scale
 * @param zeroPoint name of its zero point
 */
record Quantized(String value, String scale, String zeroPoint) {
  static final String RUNTIME = "com.microsoft";

  /** Scale and zero point alone; the value is yet to come. */
  static Quantized parameters(
      Nodes n, String name, ElementType type, float[] scales, long... zeroPoints) {
    long[] dims = scales.length == 1 ? new long[0] : new long[] {scales.length};
    return new Quantized(
        name,
        n.floats(name + "_s", dims, scales),
        n.builder().initializer(name + "_z", Tensor.ofIntegers(type, dims, zeroPoints)));
  }

  /** A float value through a QuantizeLinear. */
  static Quantized of(
      Nodes n, String x, String name, ElementType type, double scale, long zeroPoint) {
    Quantized q = parameters(n, name, type, new float[] {(float) scale}, zeroPoint);
    n.builder().node("QuantizeLinear", name, List.of(x, q.scale, q.zeroPoint), Map.of());
    return q;
  }

  /** Random integers, of the lower 7 bits where the type has more: see U8S8 saturation. */
  static Quantized constant(
      Nodes n, String name, ElementType type, long[] dims, float[] scales, long... zeroPoints) {
    Quantized q = parameters(n, name, type, scales, zeroPoints);
    n.builder().initializer(name, integers(name, type, dims));
    return q;
  }

  static Tensor integers(String name, ElementType type, long... dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    Random random = new Random(name.hashCode());
    long lowest = Math.max(type.lowest(), -64);
    long highest = Math.min(type.highest(), 63);
    long[] values = random.longs(size, lowest, highest + 1).toArray();
    return Tensor.ofIntegers(type, dims, values);
  }

  /** The float that the value {@code made} stands for with these parameters. */
  String dequantize(Nodes n, String made) {
    return n.builder()
        .node("DequantizeLinear", made + "_real", List.of(made, scale, zeroPoint), Map.of());
  }

  /** A node of ONNX Runtime's domain. */
  static String runtime(
      Nodes n, String operator, List<String> inputs, Map<String, Object> attributes) {
    n.builder().node(RUNTIME, operator, inputs, List.of("y_" + operator), attributes);
    return "y_" + operator;
  }
}
