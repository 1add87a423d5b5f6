package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;

/** Normalisation, padding and dropout, in every opset that changed them. */
final class NormalizationCases extends CaseFamily {
  private static final long[] ROW = {2, 4, 5};
  private static final long[] BOX = {2, 4, 2, 3, 2};

  @Override
  void fill() {
    batches();
    groups();
    layers();
    norms();
    constantPads();
    otherPads();
    dropout();
  }

  private void at(int[] opsets, String op, String note, long[] dims, Body body) {
    for (int opset : opsets) {
      add(new OperatorCase(op, opset, note, dims, -2, 2, true, body));
    }
  }

  private static List<String> statistics(Nodes n, long... dims) {
    return List.of(
        "x",
        n.random("scale", 0.5, 2, dims),
        n.random("offset", -1, 1, dims),
        n.random("mean", -1, 1, dims),
        n.random("var", 0.1, 2, dims));
  }

  private void batches() {
    int[] opsets = {7, 9, 14, 15, 17, 22};
    for (long[] dims : List.of(l(3, 4), ROW, PICTURE, BOX)) {
      at(
          opsets,
          "BatchNormalization",
          "of " + dims.length + " axes",
          dims,
          n -> n.add("BatchNormalization", statistics(n, dims[1]), with("epsilon", 1e-2f)));
    }
    at(
        new int[] {7, 8},
        "BatchNormalization",
        "per element",
        ROW,
        n -> n.add("BatchNormalization", statistics(n, 4, 5), with("spatial", 0)));
  }

  private static List<String> scaled(Nodes n, long... dims) {
    return List.of("x", n.random("scale", 0.5, 2, dims), n.random("offset", -1, 1, dims));
  }

  private void groups() {
    for (long[] dims : List.of(ROW, l(2, 4, 3, 5), BOX)) {
      String note = "of " + dims.length + " axes";
      at(
          new int[] {7, 17, 22},
          "InstanceNormalization",
          note,
          dims,
          n -> n.add("InstanceNormalization", scaled(n, 4), with("epsilon", 1e-3f)));
      for (int groups : new int[] {1, 2, 4}) {
        at(
            new int[] {18, 20},
            "GroupNormalization",
            note + " per group of " + groups,
            dims,
            n -> n.add("GroupNormalization", scaled(n, groups), with("num_groups", groups)));
        at(
            new int[] {21, 22},
            "GroupNormalization",
            note + " per channel of " + groups,
            dims,
            n -> n.add("GroupNormalization", scaled(n, 4), with("num_groups", groups)));
      }
    }
  }

  private void layers() {
    int[] opsets = {17, 21};
    layer("last axis", with("epsilon", 1e-3f), 5);
    layer("last two axes", with("axis", 1), 4, 5);
    layer("all axes", with("axis", 0), 2, 4, 5);
    layer("a scale that is repeated", with("axis", -2), 5);
    at(
        opsets,
        "LayerNormalization",
        "without bias",
        ROW,
        n ->
            n.add(
                "LayerNormalization",
                List.of("x", n.random("scale", 0.5, 2, 4, 5)),
                with("axis", 1)));
    at(
        opsets,
        "LayerNormalization",
        "bias that is repeated",
        ROW,
        n ->
            n.add(
                "LayerNormalization",
                List.of("x", n.random("scale", 0.5, 2, 4, 5), n.random("b", -1, 1, 5)),
                with("axis", 1)));
    for (String out : List.of("mean", "deviation")) {
      at(
          opsets,
          "LayerNormalization",
          "its " + out,
          ROW,
          n -> {
            List<String> outputs = List.of("y", "mean", "deviation");
            n.builder().node("", "LayerNormalization", scaled(n, 4, 5), outputs, with("axis", 1));
            return n.add("Add", List.of("y", out), with());
          });
    }
    for (Map<String, Object> axis : List.of(with(), with("axis", 1), with("axis", -3))) {
      at(
          new int[] {23},
          "RMSNormalization",
          text(axis),
          ROW,
          n -> n.add("RMSNormalization", List.of("x", n.random("scale", 0.5, 2, 5)), axis));
    }
  }

  private void layer(String note, Map<String, Object> attributes, long... dims) {
    at(
        new int[] {17, 21},
        "LayerNormalization",
        note,
        ROW,
        n -> n.add("LayerNormalization", scaled(n, dims), attributes));
  }

  private void norms() {
    for (Map<String, Object> attributes :
        List.of(with("size", 3), with("size", 5, "alpha", 0.5f, "beta", 0.6f, "bias", 2f))) {
      at(
          new int[] {7, 13, 17},
          "LRN",
          text(attributes),
          l(2, 6, 3, 2),
          n -> n.add("LRN", List.of("x"), attributes));
    }
    for (Map<String, Object> attributes :
        List.of(with(), with("axis", 1), with("p", 1), with("p", 1, "axis", 0))) {
      Body body = n -> n.add("LpNormalization", List.of("x"), attributes);
      at(new int[] {7, 17, 22}, "LpNormalization", text(attributes), ROW, body);
      at(
          new int[] {17},
          "LpNormalization",
          "zeros " + text(attributes),
          l(3, 2, 2),
          n -> n.add("LpNormalization", List.of(n.add("Relu", List.of("x"), with())), attributes));
    }
    for (Map<String, Object> axes :
        List.of(
            with(), with("axes", l(0, 1, 2, 3)), with("axes", l(2, 3)), with("axes", l(-1, 1)))) {
      at(
          new int[] {9, 13, 17},
          "MeanVarianceNormalization",
          text(axes),
          PICTURE,
          n -> n.add("MeanVarianceNormalization", List.of("x"), axes));
    }
  }

  private void pad(int[] opsets, String note, long[] dims, Map<String, Object> mode, long... pads) {
    at(
        opsets,
        "Pad",
        note + " " + text(mode),
        dims,
        n -> n.add("Pad", List.of("x", n.longs("p", pads)), mode));
  }

  private void constantPads() {
    at(
        new int[] {7, 10},
        "Pad",
        "attributes",
        ROW,
        n -> n.add("Pad", List.of("x"), with("pads", l(0, 1, 2, 0, 3, -1), "value", 0.5f)));
    int[] opsets = {11, 13, 17, 18, 19, 21, 23};
    pad(opsets, "no value", ROW, with(), 1, 0, 2, 0, 1, 3);
    pad(opsets, "nothing", ROW, with(), 0, 0, 0, 0, 0, 0);
    pad(opsets, "cropping", ROW, with(), 0, -1, 2, 0, -2, -3);
    at(
        opsets,
        "Pad",
        "value",
        ROW,
        n ->
            n.add(
                "Pad",
                List.of("x", n.longs("p", 0, 1, -1, 0, 2, 3), n.floats("v", l(), -1.5f)),
                with()));
    at(
        new int[] {13, 17},
        "Pad",
        "computed value",
        ROW,
        n ->
            n.add(
                "Pad",
                List.of(
                    "x",
                    n.longs("p", 0, 1, -1, 0, 2, 3),
                    n.add("ReduceMean", List.of("x"), with("keepdims", 0))),
                with()));
    at(
        new int[] {18, 21},
        "Pad",
        "axes",
        ROW,
        n ->
            n.add(
                "Pad",
                List.of(
                    "x", n.longs("p", 1, 2, 0, 3), n.floats("v", l(), 2), n.longs("axes", -1, 1)),
                with()));
  }

  private void otherPads() {
    for (String mode : List.of("reflect", "edge", "wrap")) {
      Map<String, Object> attribute = with("mode", mode);
      int[] opsets = mode.equals("wrap") ? new int[] {19, 21, 23} : new int[] {11, 17, 18, 21, 23};
      pad(opsets, "one axis", ROW, attribute, 0, 0, 2, 0, 0, 4);
      pad(opsets, "all axes", ROW, attribute, 1, 3, 2, 1, 0, 1);
      pad(opsets, "cropping", ROW, attribute, 0, -1, 2, 0, 1, -1);
      pad(opsets, "picture", PICTURE, attribute, 0, 0, 3, 2, 0, 0, 1, 4);
      if (!mode.equals("wrap")) {
        at(
            new int[] {7, 10},
            "Pad",
            "attributes " + mode,
            ROW,
            n -> n.add("Pad", List.of("x"), with("pads", l(0, 1, 2, 0, 2, 1), "mode", mode)));
      }
      at(
          new int[] {19, 21},
          "Pad",
          "axes " + mode,
          ROW,
          n ->
              n.add(
                  "Pad",
                  List.of("x", n.longs("p", 1, 2, 0, 3), "", n.longs("axes", -1, 1)),
                  attribute));
    }
    pad(new int[] {17}, "far", ROW, with("mode", "edge"), 0, 0, 9, 0, 0, 12);
    pad(new int[] {19}, "far", ROW, with("mode", "wrap"), 0, 0, 5, 0, 0, 13);
  }

  private void dropout() {
    at(
        new int[] {7, 10},
        "Dropout",
        "ratio",
        MATRIX,
        n -> n.add("Dropout", List.of("x"), with("ratio", 0.7f)));
    at(
        new int[] {12, 13, 17, 22},
        "Dropout",
        "ratio",
        MATRIX,
        n -> n.add("Dropout", List.of("x", n.floats("r", l(), 0.7f)), with()));
    at(
        new int[] {12, 17},
        "Dropout",
        "not in training",
        MATRIX,
        n -> {
          n.builder().initializer("t", Tensor.ofBytes(ElementType.BOOL, l(), (byte) 0));
          return n.add("Dropout", List.of("x", "", "t"), with());
        });
    at(
        new int[] {13, 17},
        "Dropout",
        "mask",
        MATRIX,
        n -> {
          n.builder().node("", "Dropout", List.of("x"), List.of("kept", "mask"), with());
          return n.add("Mul", List.of("x", n.add("Cast", List.of("mask"), with("to", 1))), with());
        });
  }
}
