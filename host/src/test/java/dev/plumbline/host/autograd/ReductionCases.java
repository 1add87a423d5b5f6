package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Nodes;
import java.util.List;
import java.util.Map;

/** Reductions in every form of their axes, and what else runs along an axis. */
final class ReductionCases extends CaseFamily {
  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceSumSquare");
  private static final long[] SMALL = {2, 3, 2, 3};

  @Override
  void fill() {
    for (String op : REDUCTIONS) {
      int inputSince = op.equals("ReduceSum") ? 13 : 18;
      for (int keep = 0; keep < 2; keep++) {
        Map<String, Object> keeps = with("keepdims", keep);
        for (long[] axes : new long[][] {{1}, {-1}, {3, 1}, {-1, 0}, {0, 1, 2, 3}}) {
          Map<String, Object> both = with("keepdims", keep, "axes", axes);
          // Negative axes came with opset 11.
          int first = axes[0] < 0 ? 11 : 7;
          for (int opset : opsets(first, inputSince - 1)) {
            reduce(opset, op, text(both), n -> n.add(op, List.of("x"), both));
          }
          for (int opset : opsets(inputSince, 22)) {
            reduce(
                opset,
                op,
                text(both) + "as input",
                n -> n.add(op, List.of("x", n.longs("axes", axes)), keeps));
          }
        }
        for (int opset : opsets(7, 18)) {
          reduce(opset, op, text(keeps) + "all", n -> n.add(op, List.of("x"), keeps));
        }
      }
      Map<String, Object> noop = with("noop_with_empty_axes", 1);
      reduce(18, op, "over no axes", n -> n.add(op, List.of("x"), noop));
      reduce(18, op, "no axes", n -> n.add(op, List.of("x", n.longs("axes")), with()));
      wholeNumbers(op);
    }
    in(
        opsets(17, 18),
        true,
        "ReduceL2",
        "zeros",
        PICTURE,
        n -> {
          String mask = n.floats("mask", l(3, 1, 1), 0, 1, 0);
          String some = n.add("Mul", List.of("x", mask), with());
          return n.opset() < 18
              ? n.add("ReduceL2", List.of(some), with("axes", l(2, 3)))
              : n.add("ReduceL2", List.of(some, n.longs("axes", 2, 3)), with());
        });
    extremes();
    sums();
  }

  private void reduce(int opset, String op, String note, OperatorCase.Body body) {
    double low = op.equals("ReduceLogSum") || op.equals("ReduceProd") ? 0.5 : -1;
    add(new OperatorCase(op, opset, note, SMALL, low, 1.5, true, body));
  }

  private void wholeNumbers(String op) {
    boolean known = !List.of("ReduceL2", "ReduceLogSum", "ReduceLogSumExp").contains(op);
    if (!known) {
      return;
    }
    for (int keep = 0; keep < 2; keep++) {
      for (int axis = 0; axis < 2; axis++) {
        Map<String, Object> keeps = with("keepdims", keep);
        long at = axis;
        in(
            opsets(18, 22),
            false,
            op,
            "of a shape along " + axis + " keepdims " + keep,
            PICTURE,
            n -> {
              String axes = n.longs("axes", at);
              return toFloat(n, n.add(op, List.of(ints(n), axes), keeps));
            });
        in(
            opsets(18, 22),
            false,
            op,
            "of whole numbers along " + axis + " keepdims " + keep,
            SMALL,
            n -> {
              String tens = n.add("Mul", List.of("x", n.floats("ten", l(), 10)), with());
              String ints = n.builder().node("Cast", "ints", List.of(tens), with("to", 6));
              return toFloat(n, n.add(op, List.of(ints, n.longs("axes", at)), keeps));
            });
      }
    }
  }

  /** A 2 x 2 matrix from a shape, of int32: ONNX Runtime reduces it in every way. */
  private static String ints(Nodes n) {
    String shape = n.add("Shape", List.of("x"), with());
    String less = n.add("Sub", List.of(shape, n.scalarLong("five", 5)), with());
    String flat = n.builder().node("Unsqueeze", "column", List.of(less, n.longs("at", 1)), with());
    String wide = n.add("Mul", List.of(flat, n.longs("row", 1, -3)), with());
    return n.builder().node("Cast", "ints", List.of(wide), with("to", 6));
  }

  private static String toFloat(Nodes n, String value) {
    return n.builder().node("Cast", "as_float", List.of(value), with("to", 1));
  }

  private void extremes() {
    for (String op : List.of("ArgMax", "ArgMin")) {
      for (int axis : new int[] {-1, 0, 2}) {
        for (int keep = 0; keep < 2; keep++) {
          for (int last = 0; last < 2; last++) {
            Map<String, Object> attributes =
                with("axis", axis, "keepdims", keep, "select_last_index", last);
            Map<String, Object> old = with("axis", Math.abs(axis), "keepdims", keep);
            for (int opset : last == 0 ? opsets(7, 12, 22) : opsets(12, 22)) {
              in(
                  opsets(opset),
                  false,
                  op,
                  text(attributes) + "ties",
                  PICTURE,
                  n -> {
                    String ties = n.add("Floor", List.of("x"), with());
                    return toFloat(n, n.add(op, List.of(ties), opset < 12 ? old : attributes));
                  });
            }
            Map<String, Object> ofMatrix =
                with("axis", Math.min(axis, 1), "keepdims", keep, "select_last_index", last);
            in(
                opsets(13, 22),
                false,
                op,
                text(attributes) + "of a shape",
                PICTURE,
                n -> toFloat(n, n.add(op, List.of(ints(n)), ofMatrix)));
          }
        }
      }
      in(opsets(7, 13), false, op, "", PICTURE, n -> toFloat(n, n.add(op, List.of("x"), with())));
    }
  }

  private void sums() {
    for (int exclusive = 0; exclusive < 2; exclusive++) {
      for (int reverse = 0; reverse < 2; reverse++) {
        Map<String, Object> attributes = with("exclusive", exclusive, "reverse", reverse);
        for (int axis : new int[] {-1, 0, 2}) {
          in(
              opsets(11, 14, 22),
              true,
              "CumSum",
              text(attributes) + "axis " + axis,
              PICTURE,
              n -> {
                // An exclusive sum of one element alone has no gradient.
                String sums = n.add("CumSum", List.of("x", n.scalarLong("axis", axis)), attributes);
                return n.add("Mul", List.of(sums, "x"), with());
              });
        }
        for (int axis : new int[] {-1, 0}) {
          in(
              opsets(14, 22),
              false,
              "CumSum",
              text(attributes) + "of a shape along " + axis,
              PICTURE,
              n -> {
                String at = n.scalarLong("axis", axis);
                return toFloat(n, n.add("CumSum", List.of(ints(n), at), attributes));
              });
        }
      }
    }
  }
}
