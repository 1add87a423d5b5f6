package dev.plumbline.host.autograd;

import static dev.plumbline.host.autograd.Quantized.runtime;

import dev.plumbline.host.onnx.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Convolutions, pools and functions of quantized numbers: ONNX's own and ONNX Runtime's. */
final class IntegerOperatorCases extends IntegerCaseFamily {
  /**
   * @param halves whether scales are powers of two, so that many results are ties of rounding
   */
  IntegerOperatorCases(boolean halves) {
    super(halves);
  }

  @Override
  void fill() {
    for (ElementType type : BYTES) {
      long middle = type == ElementType.UINT8 ? 121 : -7;
      for (boolean perChannel : new boolean[] {false, true}) {
        conv(type, middle, perChannel, with());
        conv(type, middle, perChannel, with("pads", l(1, 0, 0, 1), "strides", l(2, 1)));
      }
      conv(type, middle, true, with("group", 3, "auto_pad", "SAME_UPPER"));
      pairs(type, middle);
      functions(type, middle);
      pools(type, middle);
      if (!halves()) {
        convInteger(type, middle);
        softmaxes(type, middle);
      }
    }
    if (!halves()) {
      dynamics();
    }
  }

  private void dynamics() {
    dynamic("numbers of both signs", -3, 4);
    dynamic("positive numbers", 1, 4);
    dynamic("negative numbers", -5, -1);
    dynamic("zeros", 0, 0);
  }

  private void conv(ElementType type, long middle, boolean perChannel, Map<String, Object> shape) {
    int groups = (int) shape.getOrDefault("group", 1);
    ElementType weights = type;
    for (boolean bias : new boolean[] {false, true}) {
      integer(
          "QLinearConv",
          type + (perChannel ? " per channel " : " ") + text(shape) + (bias ? "bias" : ""),
          PICTURE,
          n -> {
            Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
            int channels = groups == 1 ? 4 : 6;
            int count = perChannel ? channels : 1;
            // Weights per channel have the zero point 0 in ONNX Runtime, for int8.
            long zero = perChannel || weights == ElementType.INT8 ? 0 : 30;
            Quantized w =
                Quantized.constant(
                    n,
                    "w",
                    perChannel ? ElementType.INT8 : weights,
                    l(channels, groups == 1 ? 3 : 1, 3, 2),
                    scales(count, scale(0.0113, 6)),
                    perChannel ? new long[count] : l(zero));
            Quantized y =
                Quantized.parameters(n, "y", type, new float[] {scale(0.0337, 6)}, middle + 3);
            List<String> inputs = new ArrayList<>();
            inputs.addAll(List.of(x.value(), x.scale(), x.zeroPoint()));
            inputs.addAll(List.of(w.value(), w.scale(), w.zeroPoint(), y.scale(), y.zeroPoint()));
            if (bias) {
              inputs.add(
                  n.builder()
                      .initializer("b", Quantized.integers("b", ElementType.INT32, channels)));
            }
            return y.dequantize(n, n.add("QLinearConv", inputs, shape));
          });
    }
  }

  private void convInteger(ElementType type, long middle) {
    for (boolean zeroPoints : new boolean[] {false, true}) {
      // ONNX Runtime's ConvInteger takes uint8 only as its input.
      ElementType input = ElementType.UINT8;
      integer(
          "ConvInteger",
          "weights " + type + (zeroPoints ? " zero points" : ""),
          PICTURE,
          n -> {
            Quantized x = Quantized.of(n, "x", "q", input, scale(0.017, 6), 121);
            Quantized w =
                Quantized.constant(n, "w", type, l(4, 3, 3, 2), scales(1, 0.01f), middle / 4);
            String sum =
                n.add(
                    "ConvInteger",
                    zeroPoints
                        ? List.of(x.value(), w.value(), x.zeroPoint(), w.zeroPoint())
                        : List.of(x.value(), w.value()),
                    with("pads", l(1, 1, 0, 1)));
            String s = n.floats("s", l(), 0.00017f);
            return n.add("DequantizeLinear", List.of(sum, s), with());
          });
    }
  }

  private void pairs(ElementType type, long middle) {
    for (String operator : List.of("QLinearAdd", "QLinearMul")) {
      for (long[] dims : List.of(l(2, 3, 7, 6), l(3, 1, 1), l())) {
        ofRuntime(
            operator,
            type + " and " + dims.length + " axes",
            PICTURE,
            n -> {
              Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
              Quantized w =
                  Quantized.constant(n, "w", type, dims, scales(1, scale(0.0213, 5)), middle / 3);
              Quantized y =
                  Quantized.parameters(
                      n,
                      "y",
                      type,
                      new float[] {scale(0.0231, operator.equals("QLinearAdd") ? 5 : 6)},
                      middle + 2);
              String made =
                  runtime(
                      n,
                      operator,
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
      }
    }
  }

  private void functions(ElementType type, long middle) {
    long lowest = type.lowest();
    function("QLinearSigmoid", PICTURE, type, middle, scale(0.0041, 8), lowest, with());
    Map<String, Object> slope = with("alpha", halves() ? 0.5f : 0.13f);
    function("QLinearLeakyRelu", PICTURE, type, middle, scale(0.0141, 6), middle, slope);
    ofRuntime(
        "QLinearConcat",
        type.toString(),
        PICTURE,
        n -> {
          Quantized a = Quantized.of(n, "x", "a", type, scale(0.017, 6), middle);
          Quantized b = Quantized.of(n, "x", "b", type, scale(0.0113, 5), middle + 4);
          Quantized y =
              Quantized.parameters(n, "y", type, new float[] {scale(0.0159, 5)}, middle - 1);
          List<String> inputs = new ArrayList<>(List.of(y.scale(), y.zeroPoint()));
          for (Quantized part : List.of(a, b, a)) {
            inputs.addAll(List.of(part.value(), part.scale(), part.zeroPoint()));
          }
          return y.dequantize(n, runtime(n, "QLinearConcat", inputs, with("axis", 1)));
        });
  }

  private void softmaxes(ElementType type, long middle) {
    // The output's scale is 1/256 wherever ONNX Runtime's own tools quantize a softmax.
    List<Map<String, Object>> forms =
        List.of(
            with("opset", 13),
            with("opset", 13, "axis", 1),
            with("opset", 13, "axis", 2),
            with("opset", 12, "axis", 2));
    for (Map<String, Object> form : forms) {
      function("QLinearSoftmax", PICTURE, type, middle, 1 / 256f, type.lowest(), form);
    }
    // A share of 1 is 256 steps, one more than there are.
    ofRuntime(
        "QLinearSoftmax",
        type + " of shares of 1",
        l(8, 3),
        n -> {
          String wide = n.add("Mul", List.of("x", n.floats("thirty", l(), 30)), with());
          Quantized x = Quantized.of(n, wide, "q", type, 0.5, middle);
          Quantized y = Quantized.parameters(n, "y", type, new float[] {1 / 256f}, type.lowest());
          List<String> inputs =
              List.of(x.value(), x.scale(), x.zeroPoint(), y.scale(), y.zeroPoint());
          return y.dequantize(n, runtime(n, "QLinearSoftmax", inputs, with("opset", 13)));
        });
  }

  private void pools(ElementType type, long middle) {
    long[] pictures = halves() ? l(4, 16, 2, 16) : PICTURE;
    for (int last : new int[] {0, 1}) {
      Map<String, Object> global = with("channels_last", last);
      function(
          "QLinearGlobalAveragePool", pictures, type, middle, scale(0.0041, 6), middle, global);
      for (int padding : new int[] {0, 1}) {
        Map<String, Object> window = new HashMap<>(global);
        window.put("kernel_shape", halves() ? l(1, 2) : l(3, 2));
        window.put("strides", l(2, 1));
        window.put("pads", halves() ? l(0, 1, 0, 0) : l(1, 1, 0, 0));
        window.put("count_include_pad", padding);
        function("QLinearAveragePool", PICTURE, type, middle, scale(0.0117, 6), middle + 1, window);
      }
    }
  }

  private void function(
      String operator,
      long[] dims,
      ElementType type,
      long middle,
      float outputScale,
      long zero,
      Map<String, Object> attributes) {
    ofRuntime(
        operator,
        type + " " + text(attributes),
        dims,
        n -> {
          Quantized x = Quantized.of(n, "x", "q", type, scale(0.017, 6), middle);
          Quantized y = Quantized.parameters(n, "y", type, new float[] {outputScale}, zero);
          String made =
              runtime(
                  n,
                  operator,
                  List.of(x.value(), x.scale(), x.zeroPoint(), y.scale(), y.zeroPoint()),
                  attributes);
          return y.dequantize(n, made);
        });
  }

  private void dynamic(String note, double low, double high) {
    for (int opset : new int[] {13, 17, 21}) {
      add(
          new OperatorCase(
              "DynamicQuantizeLinear",
              opset,
              note,
              PICTURE,
              low,
              high,
              false,
              n -> {
                n.builder()
                    .node(
                        "", "DynamicQuantizeLinear", List.of("x"), List.of("q", "s", "z"), with());
                String w =
                    n.builder()
                        .initializer("w", Quantized.integers("w", ElementType.INT8, 4, 3, 3, 2));
                String sum =
                    n.add("ConvInteger", List.of("q", w, "z"), with("pads", l(1, 1, 0, 1)));
                String real = n.add("Cast", List.of(sum), with("to", 1));
                String scale = n.floats("ws", l(4, 1, 1), 0.01f, 0.02f, 0.003f, 0.04f);
                return n.add(
                    "Mul",
                    List.of(real, n.builder().node("Mul", "f", List.of("s", scale), with())),
                    with());
              }));
    }
  }
}
