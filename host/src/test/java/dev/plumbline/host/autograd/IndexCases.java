package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;

/** Operators that take indices: constant ones, and some that are computed. */
final class IndexCases extends CaseFamily {
  private static final int[] ALL = {7, 9, 11, 13, 17, 18, 21, 23};
  private static final int[] SINCE_11 = {11, 13, 17, 18, 21};

  @Override
  void fill() {
    gathering();
    scattering();
  }

  private void at(int[] opsets, String op, String note, long[] dims, Body body) {
    for (int opset : opsets) {
      add(new OperatorCase(op, opset, note, dims, -1, 1, true, body));
    }
  }

  private void gathering() {
    for (int axis : new int[] {0, 2, 3}) {
      at(
          ALL,
          "Gather",
          "matrix of indices, axis " + axis,
          PICTURE,
          n ->
              n.add(
                  "Gather",
                  List.of("x", whole(n, "i", l(2, 3), 1, 0, 1, 0, 0, 1)),
                  with("axis", axis)));
    }
    at(
        SINCE_11,
        "Gather",
        "indices below zero",
        PICTURE,
        n -> n.add("Gather", List.of("x", whole(n, "i", l(3), -1, 0, -3)), with("axis", -2)));
    at(
        SINCE_11,
        "Gather",
        "computed indices",
        PICTURE,
        n -> {
          n.builder()
              .node(
                  "",
                  "TopK",
                  List.of("x", n.longs("k", 2)),
                  List.of("values", "indices"),
                  with("axis", 3));
          return n.add("Gather", List.of("x", "indices"), with("axis", 3));
        });
    for (int axis : new int[] {1, -1}) {
      at(
          SINCE_11,
          "GatherElements",
          "axis " + axis,
          l(2, 3),
          n ->
              n.add(
                  "GatherElements",
                  List.of("x", whole(n, "i", l(2, 2), 0, -1, 2, 0)),
                  with("axis", axis)));
    }
    at(
        SINCE_11,
        "GatherElements",
        "computed indices",
        PICTURE,
        n -> {
          n.builder()
              .node(
                  "",
                  "TopK",
                  List.of("x", n.longs("k", 2)),
                  List.of("values", "indices"),
                  with("axis", 2));
          return n.add("GatherElements", List.of("x", "indices"), with("axis", 2));
        });
    at(
        SINCE_11,
        "GatherND",
        "pixels",
        PICTURE,
        n -> n.add("GatherND", List.of("x", whole(n, "i", l(2, 3), 0, 2, 6, 1, -1, 0)), with()));
    for (int batch : new int[] {1, 2}) {
      long[] dims = batch == 1 ? l(2, 3, 2) : l(2, 3, 1, 2);
      long[] indices = {0, 0, 2, 1, -1, 3, 1, 1, 0, 5, 2, -2};
      at(
          new int[] {12, 13, 17, 18},
          "GatherND",
          "batch_dims " + batch,
          PICTURE,
          n ->
              n.add(
                  "GatherND",
                  List.of("x", whole(n, "i", dims, indices)),
                  with("batch_dims", batch)));
    }
    at(
        new int[] {12, 17},
        "GatherND",
        "computed indices, batch_dims 1",
        l(2, 3, 4),
        n -> {
          n.builder()
              .node(
                  "",
                  "TopK",
                  List.of("x", n.longs("k", 1)),
                  List.of("values", "indices"),
                  with("axis", 1));
          String last =
              n.builder().node("Transpose", "last", List.of("indices"), with("perm", l(0, 2, 1)));
          return n.add("GatherND", List.of("x", last), with("batch_dims", 1));
        });
  }

  private static String whole(Nodes n, String name, long[] dims, long... values) {
    return n.builder().initializer(name, Tensor.ofLongs(dims, values));
  }

  private void scattering() {
    for (String op : List.of("Scatter", "ScatterElements")) {
      at(
          op.equals("Scatter") ? new int[] {9} : SINCE_11,
          op,
          "axis 1",
          l(2, 4),
          n ->
              n.add(
                  op,
                  List.of("x", whole(n, "i", l(2, 2), 3, 0, 1, 2), n.weights(2, 2)),
                  with("axis", 1)));
    }
    at(
        SINCE_11,
        "ScatterElements",
        "updates that are computed",
        l(3, 3),
        n -> {
          String updates = n.builder().node("Transpose", "u", List.of("x"), with());
          return n.add(
              "ScatterElements",
              List.of("x", whole(n, "i", l(3, 3), -1, 0, 1, 0, 1, 2, 1, 2, 0), updates),
              with("axis", 0));
        });
    for (String reduction : List.of("add", "mul", "max", "min")) {
      int[] opsets =
          reduction.startsWith("m") && !reduction.equals("mul")
              ? new int[] {18, 21}
              : new int[] {16, 17, 18};
      at(
          opsets,
          "ScatterElements",
          reduction,
          l(2, 4),
          n ->
              n.add(
                  "ScatterElements",
                  List.of("x", whole(n, "i", l(2, 3), 3, 0, 3, 1, 1, 1), n.weights(2, 3)),
                  with("axis", 1, "reduction", reduction)));
      at(
          opsets,
          "ScatterND",
          reduction,
          l(4, 3),
          n ->
              n.add(
                  "ScatterND",
                  List.of("x", whole(n, "i", l(3, 1), 2, 0, 2), n.weights(3, 3)),
                  with("reduction", reduction)));
    }
    at(
        SINCE_11,
        "ScatterND",
        "pixels",
        PICTURE,
        n ->
            n.add(
                "ScatterND",
                List.of("x", whole(n, "i", l(2, 3), 0, 2, 6, 1, -1, 0), n.weights(2, 6)),
                with()));
    at(
        SINCE_11,
        "ScatterND",
        "into a constant",
        l(2, 3),
        n ->
            n.add(
                "ScatterND", List.of(n.weights(4, 3), whole(n, "i", l(2, 1), 3, 1), "x"), with()));
  }
}
