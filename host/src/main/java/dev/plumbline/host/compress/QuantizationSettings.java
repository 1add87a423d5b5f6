package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;

/**
 * How a model is quantized.
 *
 * @param method how the ranges of activations are found
 * @param percentile share of the activations that the range is to hold, in percent, above 50 and at
 *     most 100; of no meaning for {@link Calibration#MIN_MAX}
 * @param reduceRange whether weights take 7 bits, so that sums of products of 8 bits by 8 bits do
 *     not saturate on x86 processors without VNNI
 */
public record QuantizationSettings(Calibration method, double percentile, boolean reduceRange) {

  /** How the ranges of activations are found. */
  public enum Calibration {
    /** From the smallest to the largest value seen. */
    MIN_MAX,
    /** What holds a given share of the values seen; half of the rest is cut off at either end. */
    PERCENTILE
  }

  public QuantizationSettings {
    if (method == Calibration.PERCENTILE && !(percentile > 50 && percentile <= 100)) {
      throw new BadInputException(
          "the percentile of the calibration is " + percentile + ", expected above 50 to 100");
    }
  }

  public static QuantizationSettings minMax() {
    return new QuantizationSettings(Calibration.MIN_MAX, 100, false);
  }

  public static QuantizationSettings percentile(double percentile) {
    return new QuantizationSettings(Calibration.PERCENTILE, percentile, false);
  }

  /** The largest quantized weight; the smallest is its negative. */
  int largestWeight() {
    return reduceRange ? 63 : 127;
  }

  /** Such as {@code min-max} or {@code percentile 99.99 reduced range}. */
  String text() {
    String text = method == Calibration.MIN_MAX ? "min-max" : "percentile " + percentile;
    return reduceRange ? text + " reduced range" : text;
  }
}
