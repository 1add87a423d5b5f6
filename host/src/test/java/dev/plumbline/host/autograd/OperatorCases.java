package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The matrix of operators, attributes and kinds of inputs. */
final class OperatorCases {
  private static final long[] PICTURE = {2, 3, 7, 6};
  private static final long[] MATRIX = {3, 4};

  private final List<OperatorCase> cases = new ArrayList<>();

  static List<OperatorCase> all() {
    OperatorCases all = new OperatorCases();
    all.elementwise();
    all.twoInputs();
    all.windows();
    all.matrices();
    all.axes();
    all.shapes();
    all.quantized();
    return all.cases;
  }

  private static Map<String, Object> with(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private static long[] l(long... values) {
    return values;
  }

  private void add(String op, String note, long[] dims, double low, double high, Body body) {
    for (int opset : new int[] {13, 17, 21}) {
      cases.add(new OperatorCase(op, opset, note, dims, low, high, true, body));
    }
  }

  private void since(int from, int to, String op, String note, long[] dims, Body body) {
    for (int opset : new int[] {13, 14, 17, 18, 21}) {
      if (opset >= from && opset <= to) {
        cases.add(new OperatorCase(op, opset, note, dims, -2, 2, true, body));
      }
    }
  }

  private void unary(String op, double low, double high, Object... attributes) {
    add(
        op,
        with(attributes).toString(),
        PICTURE,
        low,
        high,
        n -> n.add(op, List.of("x"), with(attributes)));
  }

  private void elementwise() {
    for (String op : List.of("Erf", "Identity", "Neg", "Relu", "Sigmoid", "Tanh", "Exp")) {
      unary(op, -3, 3);
    }
    unary("Sqrt", 0.2, 4);
    unary("Elu", -3, 3);
    unary("Elu", -3, 3, "alpha", 0.3f);
    unary("LeakyRelu", -3, 3);
    unary("LeakyRelu", -3, 3, "alpha", 0.2f);
    unary("HardSigmoid", -4, 4);
    unary("HardSigmoid", -4, 4, "alpha", 0.3f, "beta", 0.4f);
    unary("Dropout", -3, 3);
    since(14, 21, "HardSwish", "", PICTURE, n -> n.add("HardSwish", List.of("x"), with()));
    since(13, 21, "Cast", "to float", PICTURE, n -> n.add("Cast", List.of("x"), with("to", 1)));
    for (String bounds : List.of("both", "min", "max", "none")) {
      add(
          "Clip",
          bounds,
          PICTURE,
          -3,
          3,
          n -> {
            String min = bounds.matches("both|min") ? n.floats("min", l(), -1f) : "";
            String max = bounds.matches("both|max") ? n.floats("max", l(), 1.5f) : "";
            return n.add("Clip", List.of("x", min, max), with());
          });
    }
  }

  private void twoInputs() {
    for (String op : List.of("Add", "Sub", "Mul", "Div")) {
      add(
          op,
          "input with its root",
          MATRIX,
          0.5,
          2,
          n -> n.add(op, List.of("x", n.add("Sqrt", List.of("x"), with())), with()));
      long[][] others = {{}, {1}, {4}, {3, 1}, {3, 4}, {2, 3, 4}};
      for (long[] other : others) {
        String note = "broadcast " + java.util.Arrays.toString(other);
        Body body = n -> n.add(op, List.of("x", n.random("o", 0.5, 2, other)), with());
        Body swapped = n -> n.add(op, List.of(n.random("o", 0.5, 2, other), "x"), with());
        add(op, note + " right", MATRIX, 0.5, 2, body);
        add(op, note + " left", MATRIX, 0.5, 2, swapped);
      }
    }
    for (float exponent : new float[] {2, 0.5f, 3, -1.5f}) {
      add(
          "Pow",
          "to " + exponent,
          MATRIX,
          0.5,
          2,
          n -> n.add("Pow", List.of("x", n.floats("e", l(), exponent)), with()));
    }
    add(
        "Pow",
        "square of negatives",
        MATRIX,
        -2,
        -0.5,
        n -> n.add("Pow", List.of("x", n.floats("e", l(), 2)), with()));
    add(
        "Pow",
        "whole exponent",
        MATRIX,
        -2,
        -0.5,
        n -> n.add("Pow", List.of("x", n.scalarLong("e", 2)), with()));
    add("Pow", "computed", MATRIX, 0.5, 2, n -> n.add("Pow", List.of("x", "x"), with()));
    add("Concat", "one input", PICTURE, -1, 1, n -> n.add("Concat", List.of("x"), with("axis", 1)));
    for (int axis : new int[] {-1, 0, 1, 3}) {
      add(
          "Concat",
          "axis " + axis,
          PICTURE,
          -1,
          1,
          n -> n.add("Concat", List.of("x", n.weights(PICTURE), "x"), with("axis", axis)));
    }
  }

  private void windows() {
    List<Map<String, Object>> shapes =
        List.of(
            with(),
            with("pads", l(1, 1, 1, 1)),
            with("pads", l(1, 0, 0, 1)),
            with("pads", l(0, 1, 2, 1)),
            with("strides", l(2, 2)),
            with("strides", l(2, 1), "pads", l(1, 0, 1, 0)),
            with("strides", l(2, 2), "auto_pad", "SAME_UPPER"),
            with("strides", l(2, 3), "auto_pad", "SAME_LOWER"),
            with("auto_pad", "VALID"));
    for (Map<String, Object> shape : shapes) {
      conv(shape, 1, l(4, 3, 3, 3), true);
      conv(shape, 1, l(4, 3, 3, 2), false);
      conv(shape, 3, l(3, 1, 3, 3), true);
      conv(shape, 3, l(6, 1, 2, 3), false);
      pool("MaxPool", shape, with());
      pool("AveragePool", shape, with());
      pool("AveragePool", shape, with("count_include_pad", 1));
      if (!shape.containsKey("auto_pad")) {
        pool("MaxPool", shape, with("ceil_mode", 1));
        pool("AveragePool", shape, with("ceil_mode", 1));
        pool("AveragePool", shape, with("ceil_mode", 1, "count_include_pad", 1));
      }
    }
    conv(with("dilations", l(2, 1), "pads", l(2, 1, 2, 1)), 1, l(4, 3, 3, 3), true);
    unary("GlobalAveragePool", -1, 1);
    unary("GlobalMaxPool", -1, 1);
    add(
        "BatchNormalization",
        "",
        PICTURE,
        -2,
        2,
        n ->
            n.add(
                "BatchNormalization",
                List.of(
                    "x",
                    n.random("scale", 0.5, 2, 3),
                    n.random("offset", -1, 1, 3),
                    n.random("mean", -1, 1, 3),
                    n.random("var", 0.1, 2, 3)),
                with("epsilon", 1e-3f)));
    add(
        "BatchNormalization",
        "of a matrix",
        MATRIX,
        -2,
        2,
        n ->
            n.add(
                "BatchNormalization",
                List.of(
                    "x",
                    n.random("scale", 0.5, 2, 4),
                    n.random("offset", -1, 1, 4),
                    n.random("mean", -1, 1, 4),
                    n.random("var", 0.1, 2, 4)),
                with()));
    add(
        "Pad",
        "with a value",
        PICTURE,
        -1,
        1,
        n ->
            n.add(
                "Pad",
                List.of("x", n.longs("p", 0, 1, 2, 0, 0, 0, 1, 3), n.floats("v", l(), 0.25f)),
                with()));
    add(
        "Pad",
        "with zeros",
        PICTURE,
        -1,
        1,
        n -> n.add("Pad", List.of("x", n.longs("p", 0, 0, 1, 2, 0, 0, 3, 4)), with()));
  }

  private void conv(Map<String, Object> shape, int groups, long[] weight, boolean bias) {
    Map<String, Object> attributes = new HashMap<>(shape);
    attributes.put("group", groups);
    add(
        "Conv",
        text(attributes) + " kernel " + weight[2] + "x" + weight[3] + (bias ? " bias" : ""),
        PICTURE,
        -1,
        1,
        n ->
            n.add(
                "Conv",
                bias
                    ? List.of("x", n.weights(weight), n.random("b", -1, 1, weight[0]))
                    : List.of("x", n.weights(weight)),
                attributes));
  }

  private void pool(String op, Map<String, Object> shape, Map<String, Object> more) {
    Map<String, Object> attributes = new HashMap<>(shape);
    attributes.putAll(more);
    attributes.put("kernel_shape", l(3, 2));
    add(op, text(attributes), PICTURE, -1, 1, n -> n.add(op, List.of("x"), attributes));
  }

  private static String text(Map<String, Object> attributes) {
    StringBuilder text = new StringBuilder();
    new java.util.TreeMap<>(attributes)
        .forEach(
            (k, v) ->
                text.append(k)
                    .append('=')
                    .append(v instanceof long[] a ? java.util.Arrays.toString(a) : v)
                    .append(' '));
    return text.toString();
  }

  private void matrices() {
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        for (float alpha : new float[] {1, 0.5f}) {
          for (String bias : List.of("none", "vector", "scalar", "matrix")) {
            Map<String, Object> attributes =
                with("transA", transA, "transB", transB, "alpha", alpha, "beta", 3 - 2 * alpha);
            long rows = transA == 1 ? 4 : 3;
            long inner = transA == 1 ? 3 : 4;
            long[] w = transB == 1 ? l(5, inner) : l(inner, 5);
            Body body =
                n ->
                    n.add(
                        "Gemm",
                        switch (bias) {
                          case "none" -> List.of("x", n.weights(w));
                          case "vector" -> List.of("x", n.weights(w), n.random("b", -1, 1, 5));
                          case "scalar" -> List.of("x", n.weights(w), n.random("b", -1, 1, 1));
                          default -> List.of("x", n.weights(w), n.random("b", -1, 1, rows, 5));
                        },
                        attributes);
            add("Gemm", text(attributes) + "bias " + bias, MATRIX, -1, 1, body);
          }
        }
      }
    }
    add("Gemm", "both computed", l(3, 3), -1, 1, n -> n.add("Gemm", List.of("x", "x"), with()));
    add(
        "MatMul",
        "right",
        MATRIX,
        -1,
        1,
        n -> n.add("MatMul", List.of("x", n.weights(4, 5)), with()));
    add(
        "MatMul",
        "left",
        MATRIX,
        -1,
        1,
        n -> n.add("MatMul", List.of(n.weights(2, 3), "x"), with()));
    add(
        "MatMul",
        "batched",
        l(2, 3, 4),
        -1,
        1,
        n -> n.add("MatMul", List.of("x", n.weights(4, 5)), with()));
    add("MatMul", "with itself", l(3, 3), -1, 1, n -> n.add("MatMul", List.of("x", "x"), with()));
    for (int axis : new int[] {-1, 0, 1, 2}) {
      unary("Softmax", -2, 2, "axis", axis);
      unary("LogSoftmax", -2, 2, "axis", axis);
      unary("Flatten", -2, 2, "axis", axis);
    }
    unary("Softmax", -2, 2);
    unary("LogSoftmax", -2, 2);
    unary("Flatten", -2, 2);
    unary("Transpose", -2, 2);
    unary("Transpose", -2, 2, "perm", l(0, 2, 3, 1));
  }

  private void axes() {
    for (int keep = 0; keep < 2; keep++) {
      for (long[] axes : new long[][] {{1}, {-1}, {2, 3}, {-1, 0}, {0, 1, 2, 3}}) {
        Map<String, Object> keeps = with("keepdims", keep);
        Map<String, Object> both = with("keepdims", keep, "axes", axes);
        since(
            13,
            17,
            "ReduceMean",
            text(both),
            PICTURE,
            n -> n.add("ReduceMean", List.of("x"), both));
        for (String op : List.of("ReduceMean", "ReduceSum")) {
          since(
              op.equals("ReduceMean") ? 18 : 13,
              21,
              op,
              text(both) + "as input",
              PICTURE,
              n -> n.add(op, List.of("x", n.longs("axes", axes)), keeps));
        }
      }
      Map<String, Object> keeps = with("keepdims", keep);
      for (String op : List.of("ReduceMean", "ReduceSum")) {
        since(13, 21, op, text(keeps) + "all", PICTURE, n -> n.add(op, List.of("x"), keeps));
      }
    }
    long[] one = {2, 1, 3, 1};
    for (long[] axes : new long[][] {{1}, {-1}, {1, 3}}) {
      String note = java.util.Arrays.toString(axes);
      add(
          "Squeeze",
          note,
          one,
          -1,
          1,
          n -> n.add("Squeeze", List.of("x", n.longs("a", axes)), with()));
      add(
          "Unsqueeze",
          note,
          MATRIX,
          -1,
          1,
          n -> n.add("Unsqueeze", List.of("x", n.longs("a", axes)), with()));
    }
    for (int axis : new int[] {0, 1, -1}) {
      for (long index : new long[] {0, 1, -1}) {
        add(
            "Gather",
            "axis " + axis + " index " + index,
            PICTURE,
            -1,
            1,
            n -> n.add("Gather", List.of("x", n.scalarLong("i", index)), with("axis", axis)));
      }
    }
    slice("one axis", l(1), l(5), l(2), null);
    slice("negative", l(-4, 0), l(-1, Long.MAX_VALUE), l(-1, 1), l(1, 1));
    slice("steps", l(0, 1), l(7, 6), l(2, 3), l(2, 3));
    slice("first axes", l(0, 1), l(1, 3), null, null);
  }

  private void slice(String note, long[] starts, long[] ends, long[] axes, long[] steps) {
    add(
        "Slice",
        note,
        PICTURE,
        -1,
        1,
        n ->
            n.add(
                "Slice",
                List.of(
                    "x",
                    n.longs("starts", starts),
                    n.longs("ends", ends),
                    axes == null ? "" : n.longs("axes", axes),
                    steps == null ? "" : n.longs("steps", steps)),
                with()));
  }

  private void shapes() {
    for (long[] to : new long[][] {{2, -1}, {0, 0, -1}, {-1, 6}, {2, 3, 42}}) {
      add(
          "Reshape",
          java.util.Arrays.toString(to),
          PICTURE,
          -1,
          1,
          n -> n.add("Reshape", List.of("x", n.longs("to", to)), with()));
    }
    add("Shape", "flatten as exporters write it", PICTURE, -1, 1, OperatorCases::exporterFlatten);
    add(
        "Shape",
        "as floats",
        PICTURE,
        -1,
        1,
        n -> {
          String shape = n.add("Shape", List.of("x"), with());
          String last =
              n.builder().node("Gather", "last", List.of(shape, n.scalarLong("i", 3)), with());
          String number = n.builder().node("Cast", "number", List.of(last), with("to", 1));
          return n.add("Mul", List.of("x", number), with());
        });
    add(
        "Shape",
        "through Identity and Slice",
        PICTURE,
        -1,
        1,
        n -> {
          String shape = n.add("Shape", List.of("x"), with());
          String same = n.add("Identity", List.of(shape), with());
          String part = n.add("Slice", List.of(same, n.longs("s", 0), n.longs("e", 1)), with());
          String to = n.add("Concat", List.of(part, n.longs("m", -1)), with("axis", 0));
          return n.add("Reshape", List.of("x", to), with());
        });
    add(
        "ConstantOfShape",
        "of the input's shape",
        PICTURE,
        -1,
        1,
        n -> {
          String shape = n.add("Shape", List.of("x"), with());
          String filled =
              n.add("ConstantOfShape", List.of(shape), with("value", Tensor.ofFloats(l(1), 1.5f)));
          return n.add("Mul", List.of("x", filled), with());
        });
  }

  private static String exporterFlatten(OperatorCase.Nodes n) {
    String shape = n.add("Shape", List.of("x"), with());
    String batch = n.add("Gather", List.of(shape, n.scalarLong("i", 0)), with("axis", 0));
    String wide = n.add("Unsqueeze", List.of(batch, n.longs("a", 0)), with());
    String to = n.add("Concat", List.of(wide, n.longs("m", -1)), with("axis", 0));
    return n.add("Reshape", List.of("x", to), with());
  }

  private void quantized() {
    for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
      for (byte zero : new byte[] {0, 7, 100}) {
        for (boolean perChannel : new boolean[] {false, true}) {
          long[] dims = perChannel ? l(3) : l();
          byte[] zeros = perChannel ? new byte[] {zero, (byte) (zero / 2), 3} : new byte[] {zero};
          for (int opset : new int[] {13, 17, 21}) {
            String note = type + " zero " + zero + (perChannel ? " per channel" : "");
            cases.add(quantize("DequantizeLinear", opset, note, type, dims, zeros));
            if (!perChannel) {
              // The zero point left out means unsigned and 0.
              cases.add(
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
            cases.add(quantize("QuantizeLinear", opset, note, type, dims, zeros));
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
