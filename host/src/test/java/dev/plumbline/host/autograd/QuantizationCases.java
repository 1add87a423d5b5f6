package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;

/** Quantizing and dequantizing. */
final class QuantizationCases extends CaseFamily {
  @Override
  void fill() {
    for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
      for (byte zero : new byte[] {0, 7, 100}) {
        for (boolean perChannel : new boolean[] {false, true}) {
          long[] dims = perChannel ? l(3) : l();
          byte[] zeros = perChannel ? new byte[] {zero, (byte) (zero / 2), 3} : new byte[] {zero};
          for (int opset : new int[] {13, 17, 21}) {
            String note = type + " zero " + zero + (perChannel ? " per channel" : "");
            add(quantize("DequantizeLinear", opset, note, type, dims, zeros));
            if (!perChannel) {
              // The zero point left out means unsigned and 0.
              add(
                  new OperatorCase(
                      "QuantizeLinear",
                      opset,
                      note + " no zero point",
                      PICTURE,
                      -1,
                      30,
                      false,
                      n -> {
                        String s = n.random("s", 0.03, 0.11);
                        String q = n.add("QuantizeLinear", List.of("x", s), with());
                        return n.add("DequantizeLinear", List.of(q, s), with());
                      }));
            }
            add(quantize("QuantizeLinear", opset, note, type, dims, zeros));
          }
        }
      }
    }
  }

  private static OperatorCase quantize(
      String operator, int opset, String note, ElementType type, long[] dims, byte[] zeros) {
    return new OperatorCase(
        operator,
        opset,
        note,
        PICTURE,
        -20,
        20,
        false,
        n -> {
          String s = n.random("s", 0.03, 0.11, dims);
          String z = n.builder().initializer("z", Tensor.ofBytes(type, dims, zeros));
          String q = n.add("QuantizeLinear", List.of("x", s, z), with("axis", 1));
          return n.add("DequantizeLinear", List.of(q, s, z), with("axis", 1));
        });
  }
}
