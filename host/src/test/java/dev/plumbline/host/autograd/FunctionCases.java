package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.autograd.OperatorCase.Nodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;

/** Functions of each element, alone or with others, in old and new opsets. */
final class FunctionCases extends CaseFamily {
  @Override
  void fill() {
    functions();
    activations();
    ofScalars();
    softmax();
    clip();
    conditions();
    casts();
    severalInputs();
    remainders();
  }

  private void one(
      int first, boolean smooth, String op, double low, double high, Object... attributes) {
    for (int opset : opsets(first, 22)) {
      Body body = n -> n.add(op, List.of("x"), with(attributes));
      add(new OperatorCase(op, opset, text(with(attributes)), PICTURE, low, high, smooth, body));
    }
  }

  private void functions() {
    for (String op : List.of("Abs", "Atan", "Cos", "Exp", "Neg", "Sin", "Tanh", "Identity")) {
      one(7, true, op, -3, 3);
    }
    one(7, true, "Acos", -0.9, 0.9);
    one(7, true, "Asin", -0.9, 0.9);
    one(7, true, "Log", 0.2, 4);
    one(7, true, "Reciprocal", 0.3, 3);
    one(7, true, "Reciprocal", -3, -0.3);
    one(7, true, "Sqrt", 0.2, 4);
    one(7, true, "Tan", -1, 1);
    one(9, true, "Acosh", 1.1, 4);
    one(9, true, "Asinh", -3, 3);
    one(9, true, "Asinh", -300, 300);
    one(9, false, "Asinh", -1e30, 1e30);
    one(9, true, "Atanh", -0.9, 0.9);
    one(9, true, "Cosh", -3, 3);
    one(9, true, "Sinh", -3, 3);
    one(9, true, "Erf", -3, 3);
    one(7, false, "Ceil", -3, 3);
    one(7, false, "Floor", -3, 3);
    one(9, false, "Sign", -3, 3);
    in(opsets(9, 22), false, "Sign", "of zero", PICTURE, n -> n.add("Sign", whole(n), with()));
    in(opsets(11, 22), false, "Round", "halves to even", PICTURE, FunctionCases::halves);
    in(
        opsets(9, 22),
        true,
        "Asinh",
        "gradient at zero",
        MATRIX,
        n -> {
          String mask = n.floats("mask", l(4), 0, 1, 0, 1);
          String some = n.add("Mul", List.of("x", mask), with());
          return n.add("Add", List.of(n.add("Asinh", List.of(some), with()), "x"), with());
        });
  }

  private static List<String> whole(Nodes n) {
    return List.of(n.builder().node("Floor", "whole", List.of("x"), with()));
  }

  private static String halves(Nodes n) {
    String doubled =
        n.builder().node("Mul", "doubled", List.of("x", n.floats("two", l(), 2)), with());
    String whole = n.builder().node("Floor", "whole", List.of(doubled), with());
    String half = n.builder().node("Mul", "half", List.of(whole, n.floats("h", l(), 0.5f)), with());
    return n.add("Round", List.of(half), with());
  }

  private void activations() {
    for (String op : List.of("Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "HardSigmoid")) {
      one(7, true, op, -3, 3);
    }
    one(7, true, "Softplus", -3, 3);
    one(7, false, "Softplus", -60, 60);
    one(7, true, "Softsign", -3, 3);
    one(7, true, "Selu", -3, 3, "alpha", 1.2f, "gamma", 0.7f);
    one(12, true, "Celu", -3, 3);
    one(12, true, "Celu", -3, 3, "alpha", 0.4f);
    one(10, true, "ThresholdedRelu", -3, 3);
    one(10, true, "ThresholdedRelu", -3, 3, "alpha", -0.5f);
    one(9, true, "Shrink", -3, 3);
    one(9, true, "Shrink", -3, 3, "lambd", 1.2f, "bias", 0.7f);
    one(14, true, "HardSwish", -4, 4);
    one(18, true, "Mish", -3, 3);
    one(20, true, "Gelu", -3, 3);
    one(20, true, "Gelu", -3, 3, "approximate", "tanh");
    for (long[] slope : new long[][] {{}, {1}, {6}, {3, 1, 1}, {1, 3, 1, 1}, {2, 3, 7, 6}}) {
      in(
          opsets(7, 9, 16),
          true,
          "PRelu",
          Arrays.toString(slope),
          PICTURE,
          n -> n.add("PRelu", List.of("x", n.random("slope", -1, 1, slope)), with()));
    }
    in(
        opsets(9, 17),
        true,
        "PRelu",
        "computed slope",
        PICTURE,
        n -> n.add("PRelu", List.of("x", n.add("Exp", List.of("x"), with())), with()));
  }

  private void ofScalars() {
    for (String op :
        List.of(
            "Elu",
            "Selu",
            "Celu",
            "HardSigmoid",
            "HardSwish",
            "Shrink",
            "ThresholdedRelu",
            "Clip",
            "Asinh",
            "Reciprocal",
            "Mish",
            "Gelu",
            "Softplus",
            "Relu",
            "Exp",
            "Round")) {
      in(
          opsets(20, 22),
          op.matches("Selu|Celu|HardSigmoid|Asinh|Gelu|Mish|Exp"),
          op,
          "of a scalar",
          PICTURE,
          n -> {
            String mean = n.add("ReduceMean", List.of("x"), with("keepdims", 0));
            String wide = n.add("Mul", List.of(mean, n.floats("by", l(), 20)), with());
            return op.equals("Clip")
                ? n.add(op, List.of(wide, n.floats("low", l(), 0.2f)), with())
                : n.add(op, List.of(wide), with());
          });
    }
    for (String op : List.of("ReduceSum", "ReduceMax", "ReduceProd", "ReduceLogSumExp")) {
      in(
          opsets(18, 22),
          true,
          op,
          "of a scalar",
          PICTURE,
          n -> {
            String mean = n.builder().node("ReduceMean", "m", List.of("x"), with("keepdims", 0));
            return n.add(op, List.of(mean), with());
          });
    }
  }

  private void softmax() {
    for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      boolean smooth = !op.equals("Hardmax");
      for (int axis : new int[] {0, 1, 2, 3}) {
        in(
            opsets(7, 11, 13),
            smooth,
            op,
            "axis " + axis,
            PICTURE,
            n -> n.add(op, List.of("x"), with("axis", axis)));
      }
      in(
          opsets(11, 12, 13),
          smooth,
          op,
          "axis -2",
          PICTURE,
          n -> n.add(op, List.of("x"), with("axis", -2)));
      in(opsets(7, 11, 13), smooth, op, "", PICTURE, n -> n.add(op, List.of("x"), with()));
    }
    in(
        opsets(7, 13),
        false,
        "Hardmax",
        "first of equals",
        PICTURE,
        n -> n.add("Hardmax", whole(n), with()));
  }

  private void clip() {
    in(
        opsets(7, 10),
        true,
        "Clip",
        "attributes",
        PICTURE,
        n -> n.add("Clip", List.of("x"), with("min", -1f, "max", 0.7f)));
    in(opsets(7), true, "Clip", "none", PICTURE, n -> n.add("Clip", List.of("x"), with()));
    in(
        opsets(11, 17),
        true,
        "Clip",
        "inputs",
        PICTURE,
        n -> n.add("Clip", List.of("x", n.floats("a", l(), -1), n.floats("b", l(), 1)), with()));
    in(
        opsets(12, 17),
        true,
        "Clip",
        "computed",
        PICTURE,
        n -> {
          String mean = n.add("ReduceMean", List.of("x"), with("keepdims", 0));
          return n.add("Clip", List.of("x", mean, n.floats("b", l(), 1)), with());
        });
  }

  private void conditions() {
    for (String op : List.of("Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal")) {
      int first = op.endsWith("OrEqual") ? 12 : op.equals("Equal") ? 11 : 7;
      in(
          opsets(first, 17, 22),
          false,
          op,
          "of arrays",
          PICTURE,
          n -> {
            String bounds = n.floats("bounds", l(3, 1, 1), -1, 0, 1);
            return toFloat(n, n.add(op, List.of(whole(n).get(0), bounds), with()));
          });
    }
    for (String op : List.of("And", "Or", "Xor")) {
      in(
          opsets(9, 22),
          false,
          op,
          "of arrays",
          PICTURE,
          n -> {
            String a = n.add("Greater", List.of("x", n.floats("a", l(), 0.3f)), with());
            String b = n.add("Less", List.of("x", n.floats("b", l(6), -1, 0, 1, 2, 3, 0)), with());
            return toFloat(n, n.add(op, List.of(a, b), with()));
          });
    }
    in(
        opsets(9, 22),
        false,
        "Not",
        "of an array",
        PICTURE,
        n -> {
          String a = n.add("Greater", List.of("x", n.floats("a", l(), 0.3f)), with());
          return toFloat(n, n.add("Not", List.of(a), with()));
        });
    in(
        opsets(9, 20),
        false,
        "IsNaN",
        "",
        PICTURE,
        n -> toFloat(n, n.add("IsNaN", List.of(n.add("Log", List.of("x"), with())), with())));
    for (int negative = 0; negative < 2; negative++) {
      for (int positive = 0; positive < 2; positive++) {
        var directions = with("detect_negative", negative, "detect_positive", positive);
        in(
            opsets(11, 20),
            false,
            "IsInf",
            text(directions),
            PICTURE,
            n -> {
              String zeros = n.add("Round", List.of("x"), with());
              String infinite = n.add("Reciprocal", List.of(zeros), with());
              return toFloat(n, n.add("IsInf", List.of(infinite), directions));
            });
      }
    }
    in(
        opsets(9, 16, 22),
        true,
        "Where",
        "computed condition",
        PICTURE,
        n -> {
          String above = n.add("Greater", List.of("x", n.floats("zero", l(), 0)), with());
          return n.add("Where", List.of(above, "x", n.random("o", -1, 1, 3, 1, 1)), with());
        });
    in(
        opsets(9, 17),
        true,
        "Where",
        "all broadcast",
        MATRIX,
        n -> {
          Tensor mask = Tensor.ofBytes(ElementType.BOOL, l(2, 1, 1), (byte) 1, (byte) 0);
          String condition = n.builder().initializer("mask", mask);
          return n.add("Where", List.of(condition, "x", n.random("o", -1, 1, 3, 1)), with());
        });
  }

  private static String toFloat(Nodes n, String value) {
    return n.builder().node("Cast", "as_float", List.of(value), with("to", 1));
  }

  private void casts() {
    for (int to = 2; to <= 13; to++) {
      if (to != 8) {
        cast(to);
      }
    }
    in(
        opsets(7, 13),
        false,
        "Cast",
        "zero to bool",
        PICTURE,
        n -> toFloat(n, n.add("Cast", whole(n), with("to", 9))));
    in(
        opsets(15, 21),
        false,
        "CastLike",
        "like a constant",
        PICTURE,
        n -> toFloat(n, n.add("CastLike", List.of("x", n.longs("like", 1)), with())));
    in(
        opsets(15, 17, 21),
        true,
        "CastLike",
        "like the input",
        PICTURE,
        n -> n.add("CastLike", List.of(n.add("Exp", List.of("x"), with()), "x"), with()));
  }

  private void cast(int to) {
    // What is not signed gets no numbers below zero, which ONNX leaves open.
    boolean signed = !List.of(2, 4, 12, 13).contains(to);
    for (int opset : opsets(9, 13, 19, 21)) {
      add(
          new OperatorCase(
              "Cast",
              opset,
              "to number " + to,
              PICTURE,
              signed ? -100 : 0,
              100,
              false,
              n -> toFloat(n, n.add("Cast", List.of("x"), with("to", to)))));
      add(
          new OperatorCase(
              "Cast",
              opset,
              "of int32 to number " + to,
              PICTURE,
              -1e5,
              1e5,
              false,
              n -> {
                String ints = n.builder().node("Cast", "ints", List.of("x"), with("to", 6));
                return toFloat(n, n.add("Cast", List.of(ints), with("to", to)));
              }));
    }
  }

  private void severalInputs() {
    for (String op : List.of("Max", "Min", "Sum", "Mean")) {
      for (int opset : opsets(7, 8, 13)) {
        String note = "inputs";
        in(
            opsets(opset),
            true,
            op,
            note,
            PICTURE,
            n -> {
              String other = n.random("a", -1, 1, opset == 7 ? PICTURE : l(3, 1, 1));
              String exp = n.add("Exp", List.of("x"), with());
              return n.add(op, List.of(other, "x", exp), with());
            });
        in(opsets(opset), true, op, "one", PICTURE, n -> n.add(op, List.of("x"), with()));
      }
    }
    for (String op : List.of("Add", "Sub", "Mul", "Div", "Pow")) {
      add(
          new OperatorCase(
              op,
              7,
              "broadcast",
              PICTURE,
              0.5,
              2,
              true,
              n -> n.add(op, List.of("x", n.random("o", 0.5, 2, 3, 1, 1)), with())));
    }
  }

  private void remainders() {
    for (long[] divisors : new long[][] {{}, {6}, {3, 1, 1}}) {
      in(
          opsets(10, 13),
          true,
          "Mod",
          "fmod " + Arrays.toString(divisors),
          PICTURE,
          n -> {
            String by = n.random("by", 0.3, 0.6, divisors);
            return n.add("Mod", List.of("x", by), with("fmod", 1));
          });
    }
    in(
        opsets(10, 13),
        true,
        "Mod",
        "fmod by negatives",
        PICTURE,
        n -> n.add("Mod", List.of("x", n.random("by", -0.6, -0.3, 6)), with("fmod", 1)));
  }
}
