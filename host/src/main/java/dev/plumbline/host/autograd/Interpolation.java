package dev.plumbline.host.autograd;

import java.util.Arrays;

/**
 * Which elements along an axis of the input an element of the output is made of. The formulas are
 * those of ONNX's Resize, in single precision.
 *
 * @param mode how elements are weighed
 * @param coordinates ONNX's attribute coordinate_transformation_mode
 * @param rounding how the nearest element is found
 * @param cubicCoefficient ONNX's attribute cubic_coeff_a
 * @param excludeOutside whether what lies outside of the axis is left out, instead of repeating the
 *     border
 * @param antialias whether an output that is smaller is smoothed
 */
record Interpolation(
    Mode mode,
    String coordinates,
    Rounding rounding,
    float cubicCoefficient,
    boolean excludeOutside,
    boolean antialias) {

  /** How elements are weighed. */
  enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  /** How the nearest element is found. */
  enum Rounding {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL,
    /** Up where the axis shrinks, down where it grows: what Upsample and the first Resize do. */
    BY_DIRECTION
  }

  /** The index of the element that each element of the output copies. */
  int[] nearest(ResizedAxis axis) {
    int[] indices = new int[axis.out()];
    for (int i = 0; i < indices.length; i++) {
      double at = coordinate(axis, i);
      double rounded =
          switch (rounding) {
            case ROUND_PREFER_FLOOR -> Math.ceil(at - 0.5);
            case ROUND_PREFER_CEIL -> Math.floor(at + 0.5);
            case FLOOR -> Math.floor(at);
            case CEIL -> Math.ceil(at);
            case BY_DIRECTION -> axis.scale() < 1 ? Math.ceil(at) : Math.floor(at);
          };
      indices[i] = within((int) rounded, axis);
    }
    return indices;
  }

  /** Weights, in x out, that a row of the input is multiplied with. */
  float[] weights(ResizedAxis axis) {
    float[] weights = new float[axis.in() * axis.out()];
    // Smoothing stretches the kernel over all that an element of a smaller output stands for.
    double stretch = antialias && axis.scale() < 1 ? 1 / axis.scale() : 1;
    double reach = stretch * (mode == Mode.CUBIC ? 2 : 1);
    for (int i = 0; i < axis.out(); i++) {
      double at = coordinate(axis, i);
      int first = (int) Math.ceil(at - reach);
      double[] shares = new double[(int) Math.floor(at + reach) - first + 1];
      for (int j = 0; j < shares.length; j++) {
        boolean outside = first + j < 0 || first + j >= axis.in();
        double distance = Math.abs(at - (first + j)) / stretch;
        shares[j] = outside && excludeOutside ? 0 : kernel(distance);
      }
      double sum = Arrays.stream(shares).sum();
      for (int j = 0; j < shares.length; j++) {
        weights[within(first + j, axis) * axis.out() + i] += (float) (shares[j] / sum);
      }
    }
    return weights;
  }

  private double kernel(double distance) {
    return mode == Mode.CUBIC ? cubic(distance) : Math.max(0, 1 - distance);
  }

  /** Keys' cubic convolution kernel, 1981. */
  private double cubic(double distance) {
    double a = cubicCoefficient;
    double t = distance;
    if (t <= 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
  }

  private static int within(int index, ResizedAxis axis) {
    return Math.max(0, Math.min(index, axis.in() - 1));
  }

  private float coordinate(ResizedAxis axis, int i) {
    float scale = axis.scale();
    return switch (coordinates) {
      case "half_pixel" -> (i + 0.5f) / scale - 0.5f;
      case "pytorch_half_pixel" -> axis.out() > 1 ? (i + 0.5f) / scale - 0.5f : 0;
      case "align_corners" -> axis.out() == 1 ? 0 : (float) i * (axis.in() - 1) / (axis.out() - 1);
      case "asymmetric" -> i / scale;
      case "half_pixel_symmetric" -> {
        // The part of an element that was cut off the output's size is shared by both ends.
        float adjustment = axis.out() / (scale * axis.in());
        yield axis.in() / 2f * (1 - adjustment) + (i + 0.5f) / scale - 0.5f;
      }
      default -> throw new IllegalArgumentException(coordinates);
    };
  }
}
