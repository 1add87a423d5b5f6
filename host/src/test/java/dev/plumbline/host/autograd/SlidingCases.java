package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Convolutions and pools over one, two and three axes, from the oldest opset to the newest. */
final class SlidingCases extends CaseFamily {
  private static final long[] ROW = {2, 4, 9};
  private static final long[] BOX = {1, 2, 5, 4, 6};

  @Override
  void fill() {
    convolutions();
    transposedConvolutions();
    pools();
    dilatedPools();
    poolsOverTheEnd();
    globalPools();
  }

  private void at(int[] opsets, String op, String note, long[] dims, Body body) {
    for (int opset : opsets) {
      add(new OperatorCase(op, opset, note, dims, -1, 1, true, body));
    }
  }

  private void at(int[] opsets, String op, long[] dims, Map<String, Object> attributes) {
    String note = text(attributes) + "of " + (dims.length - 2) + " axes";
    at(opsets, op, note, dims, n -> n.add(op, List.of("x"), attributes));
  }

  private static Map<String, Object> and(Map<String, Object> some, Object... more) {
    Map<String, Object> all = new HashMap<>(some);
    all.putAll(with(more));
    return all;
  }

  /** The same number for each spatial axis. */
  private static long[] each(long[] dims, long value) {
    return LongStream.generate(() -> value).limit(dims.length - 2).toArray();
  }

  private void convolutions() {
    conv(ROW, l(4, 4, 3), with("pads", l(1, 1)));
    conv(ROW, l(4, 2, 3), with("group", 2, "pads", l(0, 2), "strides", l(2), "dilations", l(2)));
    conv(ROW, l(3, 4, 2), with("auto_pad", "SAME_LOWER", "kernel_shape", l(2)));
    conv(BOX, l(3, 2, 2, 1, 3), with("pads", l(1, 0, 1, 1, 0, 1)));
    conv(BOX, l(2, 1, 2, 2, 3), with("group", 2, "pads", l(1, 0, 0, 0, 1, 2)));
    conv(BOX, l(3, 2, 2, 2, 2), with("auto_pad", "SAME_UPPER", "strides", l(2, 1, 2)));
    conv(BOX, l(3, 2, 2, 2, 2), with("dilations", l(2, 1, 3)));
    at(
        new int[] {13, 17},
        "Conv",
        "computed weight",
        PICTURE,
        n -> n.add("Conv", List.of("x", computed(n, 4, 3, 3, 2)), with("pads", l(1, 1, 1, 1))));
    at(
        new int[] {13, 17},
        "ConvTranspose",
        "computed weight",
        PICTURE,
        n -> n.add("ConvTranspose", List.of("x", computed(n, 3, 2, 2, 3)), with()));
  }

  /** A weight that the input has a say in. */
  private static String computed(OperatorCase.Nodes n, long... dims) {
    String mean = n.add("ReduceMean", List.of("x"), with("keepdims", 0));
    String share = n.add("Tanh", List.of(mean), with());
    return n.add("Mul", List.of(n.weights(dims), share), with());
  }

  private void conv(long[] dims, long[] weight, Map<String, Object> attributes) {
    at(
        new int[] {7, 17, 22},
        "Conv",
        text(attributes) + "weight " + Arrays.toString(weight),
        dims,
        n ->
            n.add(
                "Conv",
                List.of("x", n.weights(weight), n.random("b", -1, 1, weight[0])),
                attributes));
  }

  private void transposedConvolutions() {
    for (Map<String, Object> shape :
        List.of(
            with(),
            with("strides", l(2)),
            with("strides", l(3), "output_padding", l(1), "pads", l(1, 0)),
            with("strides", l(2), "dilations", l(2), "pads", l(2, 1)),
            with("strides", l(2), "auto_pad", "SAME_UPPER"),
            with("strides", l(1), "auto_pad", "SAME_LOWER"),
            with("strides", l(2), "auto_pad", "VALID", "kernel_shape", l(3)),
            with("strides", l(2), "output_shape", l(17)),
            with("strides", l(2), "output_shape", l(18), "auto_pad", "SAME_UPPER"))) {
      transposed(ROW, l(4, 2, 3), 1, shape);
      transposed(ROW, l(4, 3, 3), 2, shape);
    }
    transposed(PICTURE, l(3, 2, 3, 2), 1, with("strides", l(2, 1), "pads", l(1, 0, 0, 1)));
    transposed(PICTURE, l(3, 2, 2, 2), 3, with("strides", l(2, 2)));
    transposed(
        PICTURE,
        l(3, 2, 3, 3),
        1,
        with("strides", l(2, 2), "pads", l(1, 1, 1, 1), "output_padding", l(1, 1)));
    transposed(PICTURE, l(3, 2, 1, 1), 1, with());
    transposed(PICTURE, l(3, 1, 1, 1), 1, with("pads", l(1, 1, 1, 1)));
    transposed(BOX, l(2, 3, 2, 1, 3), 1, with("strides", l(2, 1, 2)));
    transposed(
        BOX, l(2, 2, 2, 2, 2), 2, with("dilations", l(1, 2, 1), "pads", l(0, 1, 1, 1, 0, 1)));
  }

  private void transposed(long[] dims, long[] weight, int groups, Map<String, Object> attributes) {
    Map<String, Object> all = and(attributes, "group", groups);
    at(
        new int[] {7, 17, 22},
        "ConvTranspose",
        text(all) + "weight " + Arrays.toString(weight),
        dims,
        n ->
            n.add(
                "ConvTranspose",
                List.of("x", n.weights(weight), n.random("b", -1, 1, weight[1] * groups)),
                all));
    at(
        new int[] {17},
        "ConvTranspose",
        "no bias " + text(all) + "weight " + Arrays.toString(weight),
        dims,
        n -> n.add("ConvTranspose", List.of("x", n.weights(weight)), all));
  }

  private void pools() {
    for (long[] dims : List.of(ROW, PICTURE, BOX)) {
      long[] ends = new long[2 * (dims.length - 2)];
      Arrays.fill(ends, dims.length - 2, ends.length, 1);
      List<Map<String, Object>> shapes =
          List.of(
              with("kernel_shape", each(dims, 2)),
              with("kernel_shape", each(dims, 3), "pads", pads(dims, 1), "strides", each(dims, 2)),
              with("kernel_shape", each(dims, 2), "pads", ends, "strides", each(dims, 3)),
              with("kernel_shape", each(dims, 3), "pads", pads(dims, 2)),
              with("kernel_shape", each(dims, 3), "auto_pad", "SAME_UPPER"),
              with(
                  "kernel_shape", each(dims, 2),
                  "auto_pad", "SAME_LOWER",
                  "strides", each(dims, 3)),
              with("kernel_shape", each(dims, 2), "auto_pad", "VALID"));
      int[] opsets = {7, 11, 17, 22};
      for (Map<String, Object> shape : shapes) {
        at(opsets, "MaxPool", dims, shape);
        at(opsets, "AveragePool", dims, shape);
        at(opsets, "AveragePool", dims, and(shape, "count_include_pad", 1));
        at(opsets, "LpPool", dims, shape);
      }
      at(opsets, "LpPool", dims, and(shapes.get(1), "p", 1));
      at(opsets, "LpPool", dims, and(shapes.get(1), "p", 3));
    }
    at(
        new int[] {17},
        "LpPool",
        "zeros",
        PICTURE,
        n ->
            n.add(
                "LpPool",
                List.of(n.add("Relu", List.of("x"), with())),
                with("kernel_shape", l(2, 2))));
    at(
        new int[] {8, 17},
        "MaxPool",
        "with indices that nobody takes",
        PICTURE,
        n -> {
          n.builder()
              .node(
                  "",
                  "MaxPool",
                  List.of("x"),
                  List.of("y", "indices"),
                  with("kernel_shape", l(2, 2)));
          return "y";
        });
  }

  private static long[] pads(long[] dims, long value) {
    return LongStream.generate(() -> value).limit(2L * (dims.length - 2)).toArray();
  }

  private void dilatedPools() {
    for (long[] dims : List.of(ROW, PICTURE, BOX)) {
      for (int stride : new int[] {1, 2}) {
        Map<String, Object> shape =
            with(
                "kernel_shape", each(dims, 2),
                "strides", each(dims, stride),
                "dilations", each(dims, 2),
                "pads", pads(dims, 1));
        at(new int[] {10, 12, 17, 22}, "MaxPool", dims, shape);
        at(new int[] {12, 17}, "MaxPool", dims, and(shape, "ceil_mode", 1));
        at(new int[] {18, 22}, "LpPool", dims, shape);
        for (int ceil = 0; ceil < 2; ceil++) {
          for (int counted = 0; counted < 2; counted++) {
            at(
                new int[] {19, 22},
                "AveragePool",
                dims,
                and(shape, "ceil_mode", ceil, "count_include_pad", counted));
          }
        }
      }
    }
  }

  private void poolsOverTheEnd() {
    for (long size : new long[] {7, 8, 9}) {
      for (long stride : new long[] {2, 3}) {
        for (long[] pads : new long[][] {{0, 0}, {1, 1}, {0, 1}, {2, 0}}) {
          Map<String, Object> shape =
              with("kernel_shape", l(3), "strides", l(stride), "pads", pads, "ceil_mode", 1);
          long[] dims = {1, 2, size};
          at(new int[] {10, 17}, "MaxPool", size + " wide", dims, pool("MaxPool", shape));
          at(new int[] {18}, "LpPool", size + " wide", dims, pool("LpPool", shape));
          for (int counted = 0; counted < 2; counted++) {
            Map<String, Object> all = and(shape, "count_include_pad", counted);
            String note = size + " wide " + text(all);
            at(new int[] {10, 17, 19}, "AveragePool", note, dims, pool("AveragePool", all));
          }
        }
      }
    }
  }

  private static Body pool(String op, Map<String, Object> attributes) {
    return n -> n.add(op, List.of("x"), attributes);
  }

  private void globalPools() {
    List<Map<String, Object>> norms = new ArrayList<>();
    norms.add(with());
    norms.add(with("p", 1));
    norms.add(with("p", 3));
    for (long[] dims : List.of(ROW, PICTURE, BOX)) {
      at(new int[] {7, 17, 22}, "GlobalAveragePool", dims, with());
      at(new int[] {7, 17, 22}, "GlobalMaxPool", dims, with());
      // ONNX Runtime 1.29 lacks the version of opset 22, which only admits other types.
      norms.forEach(norm -> at(new int[] {7, 17, 21}, "GlobalLpPool", dims, norm));
    }
    at(
        new int[] {17},
        "GlobalLpPool",
        "zeros",
        l(3, 5, 2),
        n -> n.add("GlobalLpPool", List.of(n.add("Relu", List.of("x"), with())), with()));
  }
}
