package dev.plumbline.host.onnx;

import java.util.List;
import java.util.Map;

/** Writes a DequantizeLinear behind integers that a model holds. */
final class DequantizedConstant {
  private DequantizedConstant() {}

  /**
   * @param integers name of the initializer
   * @param name of the floats, or what it begins with
   * @return the name of the floats
   */
  static String write(
      GraphRewriting rewriting, String integers, String name, QuantizedTensors parameters) {
    long[] dims =
        parameters.scale().length == 1 ? new long[0] : new long[] {parameters.scale().length};
    String scale =
        rewriting.initializer(
            rewriting.freshName(name + "_scale"), Tensor.ofFloats(dims, parameters.scale()));
    String zeroPoint =
        rewriting.initializer(
            rewriting.freshName(name + "_zero_point"),
            Tensor.ofIntegers(parameters.type(), dims, parameters.zeroPoint()));
    return rewriting.node(
        "DequantizeLinear",
        List.of(integers, scale, zeroPoint),
        rewriting.freshName(name + "_dequantized"),
        dims.length == 0 ? Map.of() : Map.of("axis", parameters.axis()));
  }
}
