package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Nodes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Resize and Upsample. */
final class ResizeCases extends CaseFamily {
  private static final float[][] FACTORS = {
    {1, 1, 2, 2}, {1, 1, 0.5f, 0.4f}, {1, 1, 1.7f, 0.6f}, {1, 1, 3, 1}
  };

  @Override
  void fill() {
    upsample();
    for (float[] factors : FACTORS) {
      for (String mode : List.of("nearest", "linear")) {
        scaled(10, with("mode", mode), factors);
      }
    }
    for (String coordinates :
        List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")) {
      for (float[] factors : FACTORS) {
        for (int opset : new int[] {11, 13, 17, 18}) {
          scaled(
              opset,
              with("mode", "linear", "coordinate_transformation_mode", coordinates),
              factors);
        }
        for (String rounding :
            List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
          scaled(
              17,
              with("coordinate_transformation_mode", coordinates, "nearest_mode", rounding),
              factors);
        }
        for (int exclude = 0; exclude < 2; exclude++) {
          scaled(
              17,
              with(
                  "mode",
                  "cubic",
                  "coordinate_transformation_mode",
                  coordinates,
                  "exclude_outside",
                  exclude,
                  "cubic_coeff_a",
                  -0.5f - 0.25f * exclude),
              factors);
        }
      }
    }
    for (float[] factors : FACTORS) {
      for (String mode : List.of("nearest", "linear", "cubic")) {
        scaled(
            19,
            with("mode", mode, "coordinate_transformation_mode", "half_pixel_symmetric"),
            factors);
      }
    }
    for (float[] factors : FACTORS) {
      for (int exclude = 0; exclude < 2; exclude++) {
        for (String mode : List.of("linear", "cubic")) {
          scaled(18, with("mode", mode, "antialias", 1, "exclude_outside", exclude), factors);
        }
      }
    }
    sized();
    lines();
  }

  private void upsample() {
    float[] factors = {1, 1, 2, 3};
    for (String mode : List.of("nearest", "linear")) {
      add(
          resize(
              "Upsample",
              7,
              mode,
              PICTURE,
              n -> n.add("Upsample", List.of("x"), with("mode", mode, "scales", factors))));
      add(
          resize(
              "Upsample",
              9,
              mode,
              PICTURE,
              n ->
                  n.add(
                      "Upsample", List.of("x", n.floats("s", l(4), factors)), with("mode", mode))));
    }
  }

  private void scaled(int opset, Map<String, Object> attributes, float[] factors) {
    add(
        resize(
            "Resize",
            opset,
            text(attributes) + Arrays.toString(factors),
            PICTURE,
            n -> {
              String scales = n.floats("s", l(factors.length), factors);
              return n.add(
                  "Resize",
                  opset < 11 ? List.of("x", scales) : List.of("x", noRegion(n), scales),
                  attributes);
            }));
  }

  private static String noRegion(Nodes n) {
    return n.opset() < 13 ? n.floats("roi", l(0)) : "";
  }

  private void sized() {
    for (long[] size : new long[][] {{2, 3, 9, 4}, {2, 3, 1, 1}, {2, 3, 14, 12}}) {
      for (String coordinates : List.of("half_pixel", "pytorch_half_pixel", "align_corners")) {
        for (String mode : List.of("nearest", "linear")) {
          add(
              resize(
                  "Resize",
                  17,
                  "to " + Arrays.toString(size) + " " + mode + " " + coordinates,
                  PICTURE,
                  n ->
                      n.add(
                          "Resize",
                          List.of("x", "", "", n.longs("to", size)),
                          with("mode", mode, "coordinate_transformation_mode", coordinates))));
        }
      }
    }
    add(
        resize(
            "Resize",
            18,
            "two axes by sizes",
            PICTURE,
            n ->
                n.add(
                    "Resize",
                    List.of("x", "", "", n.longs("to", 5, 9)),
                    with("mode", "linear", "axes", l(3, 2)))));
    for (String policy : List.of("not_larger", "not_smaller")) {
      add(
          resize(
              "Resize",
              18,
              policy,
              PICTURE,
              n ->
                  n.add(
                      "Resize",
                      List.of("x", "", "", n.longs("to", 10, 9)),
                      with(
                          "mode", "linear", "axes", l(2, 3), "keep_aspect_ratio_policy", policy))));
    }
    add(
        resize(
            "Resize",
            18,
            "two axes by scales",
            PICTURE,
            n ->
                n.add(
                    "Resize",
                    List.of("x", "", n.floats("s", l(2), 2, 0.5f)),
                    with("mode", "linear", "axes", l(-2, -1)))));
    for (int opset : new int[] {13, 17}) {
      add(resize("Resize", opset, "to sizes from shapes", PICTURE, ResizeCases::twice));
    }
  }

  /** Twice as large, as PyTorch's exporter writes it. */
  private static String twice(Nodes n) {
    var b = n.builder();
    b.node("Shape", "shape", List.of("x"), with());
    b.node("Slice", "head", List.of("shape", n.longs("zero", 0), n.longs("two", 2)), with());
    b.node("Slice", "tail", List.of("shape", "two", n.longs("four", 4)), with());
    b.node("Mul", "larger", List.of("tail", "two"), with());
    b.node("Concat", "to", List.of("head", "larger"), with("axis", 0));
    return n.add(
        "Resize", List.of("x", noRegion(n), n.floats("s", l(0)), "to"), with("mode", "linear"));
  }

  private void lines() {
    add(
        resize(
            "Resize",
            17,
            "of a line",
            l(2, 3, 7),
            n ->
                n.add(
                    "Resize",
                    List.of("x", "", n.floats("s", l(3), 1, 1, 1.5f)),
                    with("mode", "linear"))));
    add(
        resize(
            "Resize",
            17,
            "of a body",
            l(1, 2, 3, 4, 5),
            n ->
                n.add(
                    "Resize",
                    List.of("x", "", n.floats("s", l(5), 1, 1, 2, 1.5f, 0.7f)),
                    with("mode", "linear"))));
  }

  private static OperatorCase resize(
      String op, int opset, String note, long[] dims, OperatorCase.Body body) {
    return new OperatorCase(op, opset, note, dims, -1, 1, true, body);
  }
}
