package dev.plumbline.host.autograd;

import static dev.plumbline.host.autograd.Quantized.runtime;

import dev.plumbline.host.onnx.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Matrix products of quantized numbers: ONNX's own and ONNX Runtime's. */
final class IntegerProductCases extends IntegerCaseFamily {
  /**
   * @param halves whether scales are powers of two, so that many results are ties of rounding
   */
  IntegerProductCases(boolean halves) {
    super(halves);
  }

  @Override
  void fill() {
    for (ElementType type : BYTES) {
      long middle = type == ElementType.UINT8 ? 121 : -7;
      products(type, middle, false);
      products(type, middle, true);
    }
  }

  private void products(ElementType type, long middle, boolean perColumn) {
    int count = perColumn ? 5 : 1;
    long[] zeros = perColumn ? l(1, 2, 3, 0, 5) : l(3);
    String note = type + (perColumn ? " per column" : "");
    integer(
        "QLinearMatMul",
        note,
        MATRIX,
        n -> {
          Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
          Quantized w =
              Quantized.constant(n, "w", type, l(4, 5), scales(count, scale(0.0113, 6)), zeros);
          Quantized y = Quantized.parameters(n, "y", type, new float[] {scale(0.0237, 6)}, middle);
          String made =
              n.add(
                  "QLinearMatMul",
                  List.of(
                      x.value(),
                      x.scale(),
                      x.zeroPoint(),
                      w.value(),
                      w.scale(),
                      w.zeroPoint(),
                      y.scale(),
                      y.zeroPoint()),
                  with());
          return y.dequantize(n, made);
        });
    integer(
        "MatMulInteger",
        note,
        MATRIX,
        n -> {
          Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
          Quantized w =
              Quantized.constant(n, "w", type, l(4, 5), scales(count, scale(0.0113, 6)), zeros);
          String sum =
              n.add(
                  "MatMulInteger",
                  List.of(x.value(), w.value(), x.zeroPoint(), w.zeroPoint()),
                  with());
          return n.opset() < 13
              ? n.add("DequantizeLinear", List.of(sum, n.floats("one", l(), 1)), with())
              : n.add("Cast", List.of(sum), with("to", 1));
        });
    ofRuntime(
        "MatMulIntegerToFloat",
        note,
        MATRIX,
        n -> {
          Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
          Quantized w =
              Quantized.constant(n, "w", type, l(4, 5), scales(count, scale(0.0113, 6)), zeros);
          return runtime(
              n,
              "MatMulIntegerToFloat",
              List.of(
                  x.value(),
                  w.value(),
                  x.scale(),
                  w.scale(),
                  x.zeroPoint(),
                  w.zeroPoint(),
                  n.random("b", -1, 1, 5)),
              with());
        });
    ofRuntime(
        "DynamicQuantizeMatMul",
        note,
        MATRIX,
        n -> {
          Quantized w =
              Quantized.constant(n, "w", type, l(4, 5), scales(count, scale(0.0113, 6)), zeros);
          return runtime(
              n,
              "DynamicQuantizeMatMul",
              List.of("x", w.value(), w.scale(), w.zeroPoint(), n.random("b", -1, 1, 5)),
              with());
        });
    for (int trans = 0; trans < 4; trans++) {
      for (boolean quantizes : new boolean[] {false, true}) {
        qGemm(type, middle, count, zeros, trans % 2 == 1, trans / 2 == 1, quantizes);
      }
    }
  }

  private void qGemm(
      ElementType type,
      long middle,
      int count,
      long[] zeros,
      boolean transA,
      boolean transB,
      boolean quantizes) {
    Map<String, Object> attributes =
        with("transA", transA ? 1 : 0, "transB", transB ? 1 : 0, "alpha", halves() ? 0.5f : 0.75f);
    ofRuntime(
        "QGemm",
        type + " " + count + " " + text(attributes) + (quantizes ? "to bytes" : "to float"),
        transA ? l(4, 3) : MATRIX,
        n -> {
          Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
          Quantized w =
              Quantized.constant(
                  n, "w", type, transB ? l(5, 4) : l(4, 5), scales(count, scale(0.0113, 6)), zeros);
          Quantized y = Quantized.parameters(n, "y", type, new float[] {scale(0.0237, 6)}, middle);
          List<String> inputs = new ArrayList<>();
          inputs.addAll(List.of(x.value(), x.scale(), x.zeroPoint()));
          inputs.addAll(List.of(w.value(), w.scale(), w.zeroPoint()));
          inputs.add(n.builder().initializer("b", Quantized.integers("b", ElementType.INT32, 5)));
          if (quantizes) {
            inputs.addAll(List.of(y.scale(), y.zeroPoint()));
          }
          String made = runtime(n, "QGemm", inputs, attributes);
          return quantizes ? y.dequantize(n, made) : made;
        });
  }
}
