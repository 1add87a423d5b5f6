package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How a model is quantized.
 *
 * @param method how the ranges of activations are found
 * @param percentile share of the activations that the range is to hold, in percent, above 50 and at
 *     most 100; of no meaning for the others
 * @param reduceRange whether weights take 7 bits, so that sums of products of 8 bits by 8 bits do
 *     not saturate on x86 processors without VNNI
 * @param scales how many scales the weights of a layer have
 * @param preparations what is done to the float model before it is rounded
 * @param floatLayers names of layers that are not rounded
 */
public record QuantizationSettings(
    Calibration method,
    double percentile,
    boolean reduceRange,
    WeightScales scales,
    Set<Preparation> preparations,
    Set<String> floatLayers) {

  /** How the ranges of activations are found. */
  public enum Calibration {
    /** From the smallest to the largest value seen. */
    MIN_MAX,
    /** What holds a given share of the values seen; half of the rest is cut off at either end. */
    PERCENTILE,
    /** What tells least from the values seen, by the divergence of Kullback and Leibler. */
    ENTROPY,
    /** What makes the square of the error of rounding and cutting off least. */
    MSE;

    /** Such as {@code min-max}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How many scales the weights of a layer have. */
  public enum WeightScales {
    /** One per output channel. */
    PER_CHANNEL,
    /** One in all, which some accelerators want. */
    PER_TENSOR
  }

  /** What is done to the float model before it is rounded. */
  public enum Preparation {
    /** {@link Equalization}. */
    EQUALIZED,
    /** {@link CalibratedRounding}. */
    CALIBRATED_ROUNDING,
    /** {@link BiasCorrection}. */
    BIAS_CORRECTED
  }

  public QuantizationSettings {
    if (method == Calibration.PERCENTILE && !(percentile > 50 && percentile <= 100)) {
      throw new BadInputException(
          "the percentile of the calibration is " + percentile + ", expected above 50 to 100");
    }
    preparations = Set.copyOf(preparations);
    floatLayers = Set.copyOf(floatLayers);
  }

  /** Scales per channel, nothing prepared. */
  public QuantizationSettings(Calibration method, double percentile, boolean reduceRange) {
    this(method, percentile, reduceRange, WeightScales.PER_CHANNEL, Set.of(), Set.of());
  }

  public static QuantizationSettings minMax() {
    return new QuantizationSettings(Calibration.MIN_MAX, 100, false);
  }

  public static QuantizationSettings percentile(double percentile) {
    return new QuantizationSettings(Calibration.PERCENTILE, percentile, false);
  }

  /**
   * These settings with another calibration.
   *
   * @param share in percent, of meaning for {@link Calibration#PERCENTILE}
   */
  public QuantizationSettings with(Calibration other, double share) {
    return new QuantizationSettings(other, share, reduceRange, scales, preparations, floatLayers);
  }

  /** These settings with other scales of weights. */
  public QuantizationSettings with(WeightScales others) {
    return new QuantizationSettings(
        method, percentile, reduceRange, others, preparations, floatLayers);
  }

  /** These settings with one more preparation. */
  public QuantizationSettings with(Preparation preparation) {
    Set<Preparation> more = EnumSet.of(preparation);
    more.addAll(preparations);
    return new QuantizationSettings(method, percentile, reduceRange, scales, more, floatLayers);
  }

  /**
   * These settings with layers that are not rounded.
   *
   * @param layers names as {@link CompressedLayers#list} has them
   */
  public QuantizationSettings keepingFloat(Set<String> layers) {
    return new QuantizationSettings(method, percentile, reduceRange, scales, preparations, layers);
  }

  /** These settings without preparations that leave the ranges of activations where they are. */
  QuantizationSettings forRanges() {
    Set<Preparation> moving = EnumSet.noneOf(Preparation.class);
    moving.addAll(preparations);
    moving.retainAll(Set.of(Preparation.EQUALIZED));
    return new QuantizationSettings(method, percentile, reduceRange, scales, moving, floatLayers);
  }

  /** The largest quantized weight; the smallest is its negative. */
  int largestWeight() {
    return reduceRange ? 63 : 127;
  }

  /** Such as {@code min-max} or {@code percentile 99.99 reduced range}. */
  public String text() {
    return method + (method == Calibration.PERCENTILE ? " " + percentile : "") + weightText();
  }

  /** As {@link #text()}, of what does not concern activations; empty or with a space before. */
  String weightText() {
    StringBuilder text = new StringBuilder(reduceRange ? " reduced range" : "");
    if (scales == WeightScales.PER_TENSOR) {
      text.append(" per tensor");
    }
    for (Preparation each : Preparation.values()) {
      if (preparations.contains(each)) {
        text.append(' ').append(each.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    if (!floatLayers.isEmpty()) {
      text.append(' ').append(floatLayers.size()).append(" layers in float");
    }
    return text.toString();
  }
}
