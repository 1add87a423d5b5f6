package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.autograd.OperatorCase.Nodes;
import java.util.Arrays;
import java.util.List;

/** Operators that move, repeat or leave out elements of an array. */
final class MovementCases extends CaseFamily {
  private static final int[] ALL = {7, 9, 11, 13, 17, 18, 21, 23};
  private static final int[] SINCE_11 = {11, 13, 17, 18, 21};

  @Override
  void fill() {
    reshaping();
    cutting();
    repeating();
    blocks();
    selecting();
  }

  private void at(int[] opsets, String op, String note, long[] dims, Body body) {
    for (int opset : opsets) {
      add(new OperatorCase(op, opset, note, dims, -1, 1, true, body));
    }
  }

  private void reshaping() {
    at(
        ALL,
        "Reshape",
        "copied and open sizes",
        PICTURE,
        n -> n.add("Reshape", List.of("x", n.longs("to", 0, -1, 3)), with()));
    at(
        new int[] {14, 17, 18},
        "Reshape",
        "allowzero",
        PICTURE,
        n -> n.add("Reshape", List.of("x", n.longs("to", 6, 42)), with("allowzero", 1)));
    for (int axis : new int[] {0, 2, 4}) {
      at(
          ALL,
          "Flatten",
          "axis " + axis,
          PICTURE,
          n -> n.add("Flatten", List.of("x"), with("axis", axis)));
    }
    at(
        SINCE_11,
        "Flatten",
        "axis -1",
        PICTURE,
        n -> n.add("Flatten", List.of("x"), with("axis", -1)));
    for (long[] order : new long[][] {{0, 2, 3, 1}, {3, 1, 0, 2}}) {
      at(
          ALL,
          "Transpose",
          Arrays.toString(order),
          PICTURE,
          n -> n.add("Transpose", List.of("x"), with("perm", order)));
    }
    at(ALL, "Transpose", "turned round", PICTURE, n -> n.add("Transpose", List.of("x"), with()));
    for (int opset : new int[] {7, 11, 13, 17, 18, 23}) {
      axes("Squeeze", opset, l(2, 1, 3, 1), opset < 11 ? l(1, 3) : l(-3, 3));
      axes("Unsqueeze", opset, MATRIX, opset < 11 ? l(0, 3) : l(-1, 0));
    }
    at(ALL, "Squeeze", "all", l(2, 1, 3, 1), n -> n.add("Squeeze", List.of("x"), with()));
  }

  private void axes(String op, int opset, long[] dims, long[] axes) {
    at(
        new int[] {opset},
        op,
        "by opset " + Arrays.toString(axes),
        dims,
        n ->
            opset < 13
                ? n.add(op, List.of("x"), with("axes", axes))
                : n.add(op, List.of("x", n.longs("a", axes)), with()));
  }

  private void cutting() {
    for (int axis : new int[] {1, -1}) {
      at(
          axis < 0 ? SINCE_11 : ALL,
          "Concat",
          "axis " + axis,
          PICTURE,
          n -> n.add("Concat", List.of("x", "x", n.weights(2, 3, 7, 6)), with("axis", axis)));
    }
    for (int output = 0; output < 3; output++) {
      int wanted = output;
      at(
          new int[] {7, 11},
          "Split",
          "attribute, output " + output,
          PICTURE,
          n -> split(n, wanted, 3, List.of("x"), "split", l(1, 4, 2), "axis", 2));
      at(
          new int[] {13, 17, 18, 21},
          "Split",
          "input, output " + output,
          PICTURE,
          n -> split(n, wanted, 3, List.of("x", n.longs("s", 1, 4, 2)), "axis", -2));
      at(
          new int[] {7, 13, 17},
          "Split",
          "equal, output " + output,
          PICTURE,
          n -> split(n, wanted, 3, List.of("x"), "axis", 1));
      at(
          new int[] {18, 21},
          "Split",
          "uneven, output " + output,
          PICTURE,
          n -> split(n, wanted, 3, List.of("x"), "axis", 2, "num_outputs", 3));
    }
    at(
        new int[] {7, 9},
        "Slice",
        "attributes",
        PICTURE,
        n ->
            n.add(
                "Slice",
                List.of("x"),
                with("starts", l(1, -3), "ends", l(1000, -1), "axes", l(1, 3))));
    at(
        new int[] {7},
        "Slice",
        "attributes, first axes",
        PICTURE,
        n -> n.add("Slice", List.of("x"), with("starts", l(1, 1), "ends", l(2, 3))));
    slice("backwards", l(-1), l(Long.MIN_VALUE), l(2), l(-1));
    slice("backwards in steps", l(5, 1000), l(0, -6), l(2, 3), l(-2, -3));
    slice("backwards to an index", l(4), l(1), l(2), l(-2));
    slice("large steps", l(1), l(1000), l(-2), l(Integer.MAX_VALUE));
  }

  private static String split(
      Nodes n, int wanted, int parts, List<String> inputs, Object... attributes) {
    List<String> outputs = List.of("part0", "part1", "part2").subList(0, parts);
    n.builder().node("", "Split", inputs, outputs, with(attributes));
    return outputs.get(wanted);
  }

  private void slice(String note, long[] starts, long[] ends, long[] axes, long[] steps) {
    at(
        new int[] {10, 11, 13, 17, 18},
        "Slice",
        note,
        PICTURE,
        n ->
            n.add(
                "Slice",
                List.of(
                    "x",
                    n.longs("starts", starts),
                    n.longs("ends", ends),
                    n.longs("axes", axes),
                    n.longs("steps", steps)),
                with()));
  }

  private void repeating() {
    for (long[] to : new long[][] {{2, 1, 4}, {4}, {2, 5, 3, 1}, {1, 1}}) {
      at(
          new int[] {8, 13, 17, 18},
          "Expand",
          Arrays.toString(to),
          l(3, 1),
          n ->
              n.add(
                  "Expand",
                  List.of("x", n.longs("to", to.length == 1 ? l(3, to[0]) : to)),
                  with()));
    }
    at(
        ALL,
        "Tile",
        "two axes",
        MATRIX,
        n -> n.add("Tile", List.of("x", n.longs("r", 3, 2)), with()));
  }

  private void blocks() {
    long[] deep = {2, 12, 2, 3};
    at(
        ALL,
        "DepthToSpace",
        "as it was",
        deep,
        n -> n.add("DepthToSpace", List.of("x"), with("blocksize", 2)));
    for (String mode : List.of("DCR", "CRD")) {
      at(
          SINCE_11,
          "DepthToSpace",
          mode,
          deep,
          n -> n.add("DepthToSpace", List.of("x"), with("blocksize", 2, "mode", mode)));
    }
    at(
        ALL,
        "SpaceToDepth",
        "",
        l(2, 3, 4, 6),
        n -> n.add("SpaceToDepth", List.of("x"), with("blocksize", 2)));
  }

  private void selecting() {
    for (int upper : new int[] {0, 1}) {
      for (long k : new long[] {-1, 0, 2}) {
        at(
            new int[] {14, 17, 18},
            "Trilu",
            "upper " + upper + " k " + k,
            PICTURE,
            n -> n.add("Trilu", List.of("x", n.scalarLong("k", k)), with("upper", upper)));
      }
    }
    at(
        new int[] {14, 17},
        "Trilu",
        "of infinities",
        l(3, 3),
        n -> {
          float[] low = new float[9];
          Arrays.fill(low, Float.NEGATIVE_INFINITY);
          String mask =
              n.builder()
                  .node(
                      "Trilu",
                      "mask",
                      List.of(n.floats("low", l(3, 3), low), n.scalarLong("k", 1)),
                      with());
          String masked = n.builder().node("Add", "masked", List.of("x", mask), with());
          return n.builder().node("Softmax", "out", List.of(masked), with("axis", -1));
        });
    for (int opset : new int[] {7, 10, 11, 17, 18}) {
      for (int largest = 0; largest < (opset < 11 ? 1 : 2); largest++) {
        int smallest = largest;
        for (int output = 0; output < 2; output++) {
          int wanted = output;
          add(
              new OperatorCase(
                  "TopK",
                  opset,
                  "smallest " + smallest + " output " + wanted,
                  PICTURE,
                  -1,
                  1,
                  wanted == 0,
                  n -> topK(n, opset, smallest, wanted)));
        }
      }
    }
  }

  private static String topK(Nodes n, int opset, int smallest, int wanted) {
    List<String> outputs = List.of("values", "indices");
    if (opset < 10) {
      n.builder().node("", "TopK", List.of("x"), outputs, with("k", 3, "axis", 2));
    } else if (opset < 11) {
      n.builder().node("", "TopK", List.of("x", n.longs("k", 3)), outputs, with("axis", 2));
    } else {
      n.builder()
          .node(
              "",
              "TopK",
              List.of("x", n.longs("k", 3)),
              outputs,
              with("axis", -2, "largest", 1 - smallest));
    }
    return wanted == 0
        ? "values"
        : n.builder().node("Gather", "out", List.of(n.weights(7), "indices"), with());
  }
}
