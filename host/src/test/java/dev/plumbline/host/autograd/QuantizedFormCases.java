package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** QuantizeLinear and DequantizeLinear of every type, granularity and version. */
final class QuantizedFormCases extends CaseFamily {
  private static final List<ElementType> TYPES =
      List.of(
          ElementType.INT8,
          ElementType.UINT8,
          ElementType.INT16,
          ElementType.UINT16,
          ElementType.INT4,
          ElementType.UINT4);

  @Override
  void fill() {
    for (ElementType type : TYPES) {
      for (int opset : new int[] {21, 23}) {
        pair("", type, opset, "per tensor", with(), l(), false);
        pair("", type, opset, "per index of axis 1", with("axis", 1), l(3), false);
        pair("", type, opset, "per index of axis 0", with("axis", 0), l(2), false);
        pair("", type, opset, "per index of the last axis", with("axis", -1), l(6), false);
        blocks(type, opset, 1, 2, l(2, 2, 7, 6));
        blocks(type, opset, -2, 3, l(2, 3, 3, 6));
        blocks(type, opset, 3, 6, l(2, 3, 7, 1));
        pair("", type, opset, "no zero point", with("output_dtype", type.onnxNumber()), l(), true);
      }
      pair(Quantized.RUNTIME, type, 17, "per tensor", with(), l(), false);
      pair(Quantized.RUNTIME, type, 17, "per index of axis 1", with("axis", 1), l(3), false);
      weight(type);
    }
    for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
      for (int opset : new int[] {10, 11, 12, 19}) {
        pair("", type, opset, "per tensor", with(), l(), false);
      }
    }
    for (int opset : new int[] {11, 17}) {
      add(
          new OperatorCase(
              "DequantizeLinear",
              opset,
              "with a computed scale",
              PICTURE,
              -3,
              4,
              false,
              n -> {
                n.builder()
                    .node(
                        "", "DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"), with());
                return n.add("DequantizeLinear", List.of("q", "s", "z"), with());
              }));
    }
  }

  private void blocks(ElementType type, int opset, int axis, int block, long[] dims) {
    Map<String, Object> attributes = with("axis", axis, "block_size", block);
    pair("", type, opset, text(attributes), attributes, dims, false);
  }

  private void pair(
      String domain,
      ElementType type,
      int opset,
      String note,
      Map<String, Object> attributes,
      long[] dims,
      boolean withoutZeroPoint) {
    for (String operator : List.of("QuantizeLinear", "DequantizeLinear")) {
      // The second scale of DequantizeLinear is another, so that the pair is not fused.
      boolean apart = operator.equals("DequantizeLinear");
      String name = domain + " " + type + " " + note + (apart ? " apart" : "");
      double reach = type.bits() == 4 ? 1 : type.bits() == 8 ? 15 : 4000;
      add(
          new OperatorCase(
              operator,
              opset,
              name,
              PICTURE,
              -reach,
              reach,
              false,
              n -> {
                String s = n.random("s", 0.07, 0.11, dims);
                String t = apart ? n.random("t", 0.07, 0.11, dims) : s;
                String z = n.builder().initializer("z", zeroPoints(type, dims));
                List<String> first = withoutZeroPoint ? List.of("x", s) : List.of("x", s, z);
                n.builder().node(domain, "QuantizeLinear", first, List.of("q"), attributes);
                Map<String, Object> back = new HashMap<>(attributes);
                back.remove("output_dtype");
                n.builder()
                    .node(
                        domain,
                        "DequantizeLinear",
                        withoutZeroPoint ? List.of("q", t) : List.of("q", t, z),
                        List.of("y"),
                        back);
                return "y";
              }));
    }
  }

  private static Tensor zeroPoints(ElementType type, long[] dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    long[] values = new long[size];
    long middle = (type.lowest() + type.highest() + 1) / 2;
    for (int i = 0; i < size; i++) {
      values[i] = middle + i % 5 - 2;
    }
    return Tensor.ofIntegers(type, dims, values);
  }

  /** A constant weight in blocks, which is dequantized before anything runs. */
  private void weight(ElementType type) {
    add(
        new OperatorCase(
            "DequantizeLinear",
            21,
            type + " weight in blocks",
            MATRIX,
            -2,
            2,
            true,
            n -> {
              String w = n.builder().initializer("w", Quantized.integers("w", type, 4, 5));
              String s = n.random("s", 0.01, 0.02, 2, 5);
              String z = n.builder().initializer("z", Quantized.integers("z", type, 2, 5));
              String real =
                  n.add("DequantizeLinear", List.of(w, s, z), with("axis", 0, "block_size", 2));
              return n.add("MatMul", List.of("x", real), with());
            }));
  }
}
