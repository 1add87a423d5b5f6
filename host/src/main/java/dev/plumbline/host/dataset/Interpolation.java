package dev.plumbline.host.dataset;

import java.util.Locale;

/** How a picture of another size gets its pixels. */
public enum Interpolation {
  NEAREST(0),
  BOX(0.5),
  BILINEAR(1),
  HAMMING(1),
  BICUBIC(2),
  LANCZOS(3),
  /** The mean of the area that a pixel covers, as OpenCV's INTER_AREA. */
  AREA(0);

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  static Interpolation parse(String text) {
    for (Interpolation each : values()) {
      if (each.text().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "interpolation '"
            + text
            + "' is unknown, expected nearest, box, bilinear, hamming, bicubic, lanczos or area");
  }

  /** Its name in options, jobs and metadata. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How far the filter reaches to either side, in pixels of the source. */
  double support() {
    return support;
  }

  /** Pillow's filter of this name: what a source pixel at a distance weighs, not normalised. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case HAMMING -> hamming(x);
      case BICUBIC -> cubic(x, -0.5);
      case LANCZOS -> distance >= -3 && distance < 3 ? sinc(x) * sinc(x / 3) : 0;
      case NEAREST, AREA -> throw new IllegalStateException(this + " is no filter");
    };
  }

  private static double hamming(double x) {
    if (x >= 1) {
      return 0;
    }
    // Pillow's constants are single precision.
    return x == 0 ? 1 : sinc(x) * (0.54f + 0.46f * Math.cos(x * Math.PI));
  }

  /** Keys' cubic convolution kernel with its free parameter. */
  static double cubic(double x, double a) {
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  static double sinc(double x) {
    double angle = x * Math.PI;
    return angle == 0 ? 1 : Math.sin(angle) / angle;
  }
}
