package dev.plumbline.host.autograd;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Convolution, pooling, padding and normalisation. */
final class WindowCases extends CaseFamily {
  @Override
  void fill() {
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
}
