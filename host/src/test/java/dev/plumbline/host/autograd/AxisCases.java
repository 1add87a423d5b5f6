package dev.plumbline.host.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that take axes. */
final class AxisCases extends CaseFamily {
  @Override
  void fill() {
    for (int keep = 0; keep < 2; keep++) {
      for (long[] axes : new long[][] {{1}, {-1}, {2, 3}, {-1, 0}, {0, 1, 2, 3}}) {
        Map<String, Object> keeps = with("keepdims", keep);
        Map<String, Object> both = with("keepdims", keep, "axes", axes);
        since(
            13,
            17,
            "ReduceMean",
            text(both),
            PICTURE,
            n -> n.add("ReduceMean", List.of("x"), both));
        for (String op : List.of("ReduceMean", "ReduceSum")) {
          since(
              op.equals("ReduceMean") ? 18 : 13,
              21,
              op,
              text(both) + "as input",
              PICTURE,
              n -> n.add(op, List.of("x", n.longs("axes", axes)), keeps));
        }
      }
      Map<String, Object> keeps = with("keepdims", keep);
      for (String op : List.of("ReduceMean", "ReduceSum")) {
        since(13, 21, op, text(keeps) + "all", PICTURE, n -> n.add(op, List.of("x"), keeps));
      }
    }
    long[] one = {2, 1, 3, 1};
    for (long[] axes : new long[][] {{1}, {-1}, {1, 3}}) {
      String note = Arrays.toString(axes);
      add(
          "Squeeze",
          note,
          one,
          -1,
          1,
          n -> n.add("Squeeze", List.of("x", n.longs("a", axes)), with()));
      add(
          "Unsqueeze",
          note,
          MATRIX,
          -1,
          1,
          n -> n.add("Unsqueeze", List.of("x", n.longs("a", axes)), with()));
    }
    for (int axis : new int[] {0, 1, -1}) {
      for (long index : new long[] {0, 1, -1}) {
        add(
            "Gather",
            "axis " + axis + " index " + index,
            PICTURE,
            -1,
            1,
            n -> n.add("Gather", List.of("x", n.scalarLong("i", index)), with("axis", axis)));
      }
    }
    slice("one axis", l(1), l(5), l(2), null);
    slice("negative", l(-4, 0), l(-1, Long.MAX_VALUE), l(-1, 1), l(1, 1));
    slice("steps", l(0, 1), l(7, 6), l(2, 3), l(2, 3));
    slice("first axes", l(0, 1), l(1, 3), null, null);
  }

  private void slice(String note, long[] starts, long[] ends, long[] axes, long[] steps) {
    add(
        "Slice",
        note,
        PICTURE,
        -1,
        1,
        n ->
            n.add(
                "Slice",
                List.of(
                    "x",
                    n.longs("starts", starts),
                    n.longs("ends", ends),
                    axes == null ? "" : n.longs("axes", axes),
                    steps == null ? "" : n.longs("steps", steps)),
                with()));
  }
}
