package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import java.util.Arrays;
import java.util.List;

/** Operators that work on each element, alone or with another one. */
final class ElementwiseCases extends CaseFamily {
  @Override
  void fill() {
    twoInputs();
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
        String note = "broadcast " + Arrays.toString(other);
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
}
