package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;

/** Whole numbers: of shapes, which stay in Java, and computed ones, which are arrays. */
final class WholeNumberCases extends CaseFamily {
  private static final int INT64 = 7;

  @Override
  void fill() {
    for (String op : List.of("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min")) {
      pair(13, op);
    }
    for (String op : List.of("Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal")) {
      pair(13, op);
    }
    pair(7, false, "Div");
    pair(10, false, "Mod");
    pair(13, "Mod", "fmod", 1);
    for (boolean ofShape : new boolean[] {true, false}) {
      String note = ofShape ? "squares of a shape" : "squares of whole numbers";
      int old = ofShape ? 13 : 12;
      in(
          opsets(old, 15),
          false,
          "Pow",
          note,
          PICTURE,
          n -> toFloat(n, n.add("Pow", List.of(numbers(n, ofShape), n.longs("e", 2)), with())));
      for (String op : List.of("Neg", "Abs", "Sign", "Identity")) {
        in(
            opsets(13, 22),
            false,
            op,
            ofShape ? "of a shape" : "of whole numbers",
            PICTURE,
            n -> toFloat(n, n.add(op, List.of(numbers(n, ofShape)), with())));
      }
      in(
          opsets(old, 17),
          false,
          "Clip",
          ofShape ? "of a shape" : "of whole numbers",
          PICTURE,
          n -> {
            String low = n.scalarLong("low", -1);
            String high = n.scalarLong("high", 4);
            return toFloat(n, n.add("Clip", List.of(numbers(n, ofShape), low, high), with()));
          });
      in(
          opsets(14, 22),
          false,
          "Relu",
          ofShape ? "of a shape" : "of whole numbers",
          PICTURE,
          n -> {
            String ints = node(n, "Cast", "ints", List.of(numbers(n, ofShape)), "to", 6);
            return toFloat(n, n.add("Relu", List.of(ints), with()));
          });
      in(
          opsets(13, 17),
          false,
          "Where",
          ofShape ? "of a shape" : "of whole numbers",
          PICTURE,
          n -> {
            String numbers = numbers(n, ofShape);
            String three = n.scalarLong("three", 3);
            String small = n.add("Less", List.of(numbers, three), with());
            String other = n.builder().initializer("o", Tensor.ofLongs(l(2, 1, 1, 1), 8, -8));
            String chosen = n.add("Where", List.of(small, numbers, other), with());
            return toFloat(n, chosen);
          });
    }
    shapeAlone();
  }

  private void shapeAlone() {
    for (String op : List.of("And", "Or", "Xor")) {
      in(
          opsets(13, 22),
          false,
          op,
          "of a shape",
          PICTURE,
          n -> {
            String small = n.add("Less", List.of(numbers(n, true), n.scalarLong("a", 3)), with());
            Tensor mask = Tensor.ofBytes(ElementType.BOOL, l(2, 1), (byte) 1, (byte) 0);
            String other = n.builder().initializer("mask", mask);
            String not = n.add("Not", List.of(other), with());
            return toFloat(n, n.add(op, List.of(small, not), with()));
          });
    }
    for (int to : new int[] {2, 3, 6, 9}) {
      in(
          opsets(13, 21),
          false,
          "Cast",
          "of a shape to number " + to,
          PICTURE,
          n -> toFloat(n, n.add("Cast", List.of(numbers(n, true)), with("to", to))));
    }
    in(
        opsets(13, 17),
        true,
        "Equal",
        "as exporters write Expand",
        PICTURE,
        n -> {
          // Where(to == -1, 1, to), as torch.onnx does it.
          String shape = n.add("Shape", List.of("x"), with());
          String open = n.longs("open", 2, -1, 7, 6);
          String equal = n.add("Equal", List.of(open, n.scalarLong("minus", -1)), with());
          String to = n.add("Where", List.of(equal, shape, open), with());
          return n.add("Reshape", List.of("x", to), with());
        });
  }

  /** Whole numbers with others, which broadcast, once of a shape and once computed. */
  private void pair(int first, String op, Object... attributes) {
    pair(first, true, op, attributes);
    pair(first, false, op, attributes);
  }

  private void pair(int first, boolean ofShape, String op, Object... attributes) {
    String which = (ofShape ? "a shape " : "whole numbers ") + text(with(attributes));
    in(
        opsets(first, 22),
        false,
        op,
        "of " + which,
        PICTURE,
        n -> {
          String other = n.builder().initializer("o", Tensor.ofLongs(l(2, 1, 1, 1), 3, -4));
          return toFloat(n, n.add(op, List.of(numbers(n, ofShape), other), with(attributes)));
        });
    in(
        opsets(first, 22),
        false,
        op,
        "to " + which,
        PICTURE,
        n -> {
          String numbers = numbers(n, ofShape);
          String twice = node(n, "Mul", "twice", List.of(numbers, n.scalarLong("two", 2)));
          String odd = node(n, "Sub", "odd", List.of(twice, n.scalarLong("one", 1)));
          String other = n.builder().initializer("o", Tensor.ofLongs(l(2, 1, 1, 1), 7, -9));
          return toFloat(n, n.add(op, List.of(other, odd), with(attributes)));
        });
  }

  private static String numbers(Nodes n, boolean ofShape) {
    if (ofShape) {
      String shape = node(n, "Shape", "shape", List.of("x"));
      return node(n, "Sub", "numbers", List.of(shape, n.scalarLong("five", 5)));
    }
    String ten = n.floats("ten", l(), 10);
    String wide = node(n, "Mul", "wide", List.of("x", ten));
    return node(n, "Cast", "numbers", List.of(wide), "to", INT64);
  }

  private static String node(
      Nodes n, String op, String name, List<String> inputs, Object... attributes) {
    return n.builder().node(op, name, inputs, with(attributes));
  }

  private static String toFloat(Nodes n, String value) {
    return node(n, "Cast", "as_float", List.of(value), "to", 1);
  }
}
