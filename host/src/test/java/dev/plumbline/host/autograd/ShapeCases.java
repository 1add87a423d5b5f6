package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;

/** Shape arithmetic. */
final class ShapeCases extends CaseFamily {
  @Override
  void fill() {
    for (long[] to : new long[][] {{2, -1}, {0, 0, -1}, {-1, 6}, {2, 3, 42}}) {
      add(
          "Reshape",
          Arrays.toString(to),
          PICTURE,
          -1,
          1,
          n -> n.add("Reshape", List.of("x", n.longs("to", to)), with()));
    }
    add("Shape", "flatten as exporters write it", PICTURE, -1, 1, ShapeCases::exporterFlatten);
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
}
