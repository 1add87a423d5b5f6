package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Operators on whole numbers that follow from shapes; ONNX Runtime casts them to floats at last.
 */
final class ShapeArithmeticCases extends CaseFamily {
  @Override
  void fill() {
    onShape(
        "Reshape", "", 13, n -> n.add("Reshape", List.of("shape", n.longs("to", 2, -1)), with()));
    onShape("Flatten", "", 13, n -> n.add("Flatten", List.of("shape"), with("axis", 0)));
    onTable("Transpose", 13, n -> n.add("Transpose", List.of("table"), with()));
    onTable("Concat", 13, n -> n.add("Concat", List.of("table", "table"), with("axis", 1)));
    onTable(
        "Gather",
        13,
        n -> n.add("Gather", List.of("table", n.longs("i", 1, 0, -1)), with("axis", 1)));
    onTable(
        "GatherElements",
        13,
        n ->
            n.add(
                "GatherElements",
                List.of("table", n.builder().initializer("i", Tensor.ofLongs(l(1, 2), 1, 0))),
                with()));
    onTable(
        "GatherND",
        13,
        n ->
            n.add(
                "GatherND",
                List.of(
                    "table", n.builder().initializer("i", Tensor.ofLongs(l(2, 2), 1, 0, 0, -1))),
                with()));
    onTable(
        "ScatterND",
        13,
        n ->
            n.add(
                "ScatterND",
                List.of(
                    "table",
                    n.builder().initializer("i", Tensor.ofLongs(l(1, 1), 1)),
                    n.builder().initializer("u", Tensor.ofLongs(l(1, 2), 9, 8))),
                with()));
    onTable(
        "ScatterElements",
        17,
        n ->
            n.add(
                "ScatterElements",
                List.of(
                    "table",
                    n.builder().initializer("i", Tensor.ofLongs(l(2, 1), 1, 0)),
                    n.builder().initializer("u", Tensor.ofLongs(l(2, 1), 9, 8))),
                with("axis", 1, "reduction", "add")));
    onTable("Expand", 13, n -> n.add("Expand", List.of("table", n.longs("to", 2, 1, 1)), with()));
    onTable("Tile", 13, n -> n.add("Tile", List.of("table", n.longs("to", 2, 1)), with()));
    onTable("Trilu", 17, n -> n.add("Trilu", List.of("table"), with("upper", 0)));
    onTable("Size", 13, n -> n.add("Size", List.of("table"), with()));
    onTable("EyeLike", 13, n -> n.add("EyeLike", List.of("table"), with("k", 1)));
    onTable(
        "Slice",
        13,
        n ->
            n.add(
                "Slice",
                List.of(
                    "table",
                    n.longs("s", -1, 0),
                    n.longs("e", -9, 1),
                    n.longs("a", 1, 0),
                    n.longs("t", -1, 1)),
                with()));
    onTable(
        "Squeeze",
        13,
        n -> {
          String one =
              n.builder().node("Unsqueeze", "one", List.of("table", n.longs("a", 1)), with());
          return n.add("Squeeze", List.of(one), with());
        });
    onShape(
        "Shape",
        "backwards part",
        15,
        n -> n.add("Shape", List.of("x"), with("start", -3, "end", -1)));
    onShape(
        "Shape",
        "empty part",
        15,
        n -> {
          String none = n.add("Shape", List.of("x"), with("start", 3, "end", 1));
          return n.builder().node("Concat", "all", List.of(none, "shape"), with("axis", 0));
        });
    plain(
        "Shape",
        "opset 7",
        7,
        n -> n.add("Reshape", List.of("x", n.add("Shape", List.of("x"), with())), with()));
    onShape(
        "Split",
        "",
        13,
        n -> {
          n.builder()
              .node("", "Split", List.of("shape", n.longs("s", 1, 3)), List.of("a", "b"), with());
          return n.builder().node("Concat", "out", List.of("b", "a"), with("axis", 0));
        });
    onShape(
        "Range",
        "whole",
        13,
        n -> {
          String last =
              n.builder().node("Gather", "last", List.of("shape", n.scalarLong("i", 3)), with());
          return n.add(
              "Range", List.of(last, n.scalarLong("to", -3), n.scalarLong("by", -2)), with());
        });
    plain(
        "Range",
        "floats",
        11,
        n ->
            n.add(
                "Range",
                List.of(n.floats("a", l(), 0.5f), n.floats("b", l(), 3), n.floats("c", l(), 0.75f)),
                with()));
    for (int opset : new int[] {9, 11, 17}) {
      for (int axis : new int[] {-1, 0}) {
        plain(
            "OneHot",
            "axis " + axis,
            opset,
            n ->
                n.add(
                    "OneHot",
                    List.of(
                        n.longs("i", 1, -1, 7, 0),
                        n.longs("depth", 4),
                        n.floats("v", l(2), -1, 2.5f)),
                    with("axis", axis)));
      }
    }
    onShape(
        "ConstantOfShape",
        "of int32",
        13,
        n -> n.add("ConstantOfShape", List.of("shape"), with("value", Tensor.ofInts(l(1), -3))));
    onShape(
        "ConstantOfShape",
        "of uint8",
        13,
        n ->
            n.add(
                "ConstantOfShape",
                List.of("shape"),
                with("value", Tensor.ofBytes(ElementType.UINT8, l(1), (byte) 200))));
    onShape(
        "ConstantOfShape",
        "without a value",
        13,
        n -> n.add("ConstantOfShape", List.of("shape"), with()));
    plain(
        "EyeLike", "of floats", 9, n -> n.add("EyeLike", List.of(n.weights(3, 4)), with("k", -1)));
  }

  /** A case whose body makes whole numbers from {@code shape}, the input's. */
  private void onShape(String op, String note, int opset, Body body) {
    plain(
        op,
        note + " of whole numbers",
        opset,
        n -> {
          n.builder().node("Shape", "shape", List.of("x"), with());
          return n.builder().node("Cast", "floats", List.of(body.build(n)), Map.of("to", 1));
        });
  }

  /** A case whose body makes whole numbers from {@code table}, the input's shape as 2 x 2. */
  private void onTable(String op, int opset, Body body) {
    onShape(
        op,
        "table",
        opset,
        n -> {
          n.builder().node("Reshape", "table", List.of("shape", n.longs("two", 2, 2)), with());
          return body.build(n);
        });
  }

  private void plain(String op, String note, int opset, Body body) {
    add(new OperatorCase(op, opset, note, PICTURE, -1, 1, false, body));
  }
}
