package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.compress.CalibrationChoice;
import dev.plumbline.host.compress.QuantizationMode;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import picocli.CommandLine.Option;

/** How {@code quantize} quantizes. */
final class QuantizationOptions {
  @Option(
      names = "--mode",
      defaultValue = "static",
      paramLabel = "static|dynamic|weight-only",
      description =
          "Ranges of activations from calibration, found while the model runs, or activations in"
              + " float (default: ${DEFAULT-VALUE}).")
  private String mode;

  @Option(
      names = "--calibration",
      paramLabel = "minmax|percentile|entropy|mse|auto",
      description =
          "How ranges of activations are found; auto tries all and takes the one that agrees best"
              + " on a quarter of the calibration pictures (default: minmax).")
  private String calibration;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      description =
          "Share of activations that the ranges hold, in percent (default: all; 99.99 with"
              + " --calibration percentile).")
  private Double percentile;

  @Option(
      names = "--rounding",
      defaultValue = "nearest",
      paramLabel = "nearest|calibrated",
      description =
          "Round each weight to the nearest integer, or all of a filter so that its output on the"
              + " calibration pictures changes least (default: ${DEFAULT-VALUE}).")
  private String rounding;

  @Option(
      names = "--reduce-range",
      description = "Weights of 7 bits, for x86 processors without VNNI.")
  private boolean reduceRange;

  @Option(names = "--per-tensor", description = "One scale for all weights of a layer.")
  private boolean perTensor;

  @Option(
      names = "--equalize",
      description = "Bring the weights of layers that follow one another to the same range first.")
  private boolean equalize;

  @Option(
      names = "--correct-bias",
      description = "Take the shift of means by rounding out of the biases.")
  private boolean correctBias;

  QuantizationMode mode() {
    for (QuantizationMode each : QuantizationMode.values()) {
      if (each.toString().equals(mode)) {
        return each;
      }
    }
    throw new BadInputException(
        "--mode is '" + mode + "', expected static, dynamic or weight-only");
  }

  /** Whether the calibration is to be chosen by what it gives. */
  boolean choosesCalibration() {
    boolean auto = "auto".equals(calibration);
    if (auto && mode() != QuantizationMode.STATIC) {
      throw new BadInputException(
          "--calibration auto is given with --mode " + mode() + ", expected --mode static");
    }
    return auto;
  }

  private Calibration calibration() {
    if (percentile != null && calibration != null && !calibration.equals("percentile")) {
      throw new BadInputException(
          "--percentile is given with --calibration " + calibration + ", expected percentile");
    }
    if (calibration == null || calibration.equals("auto")) {
      return percentile == null || percentile == 100 ? Calibration.MIN_MAX : Calibration.PERCENTILE;
    }
    return switch (calibration) {
      case "minmax" -> Calibration.MIN_MAX;
      case "percentile" -> Calibration.PERCENTILE;
      case "entropy" -> Calibration.ENTROPY;
      case "mse" -> Calibration.MSE;
      default ->
          throw new BadInputException(
              "--calibration is '"
                  + calibration
                  + "', expected minmax, percentile, entropy, mse or auto");
    };
  }

  private boolean roundsCalibrated() {
    return switch (rounding) {
      case "nearest" -> false;
      case "calibrated" -> true;
      default ->
          throw new BadInputException(
              "--rounding is '" + rounding + "', expected nearest or calibrated");
    };
  }

  /** What the options say; of a calibration that is to be chosen, all but that. */
  QuantizationSettings settings() {
    QuantizationSettings settings =
        new QuantizationSettings(
            calibration(),
            percentile == null ? CalibrationChoice.PERCENTILE : percentile,
            reduceRange);
    if (roundsCalibrated()) {
      settings = settings.with(Preparation.CALIBRATED_ROUNDING);
    }
    if (perTensor) {
      settings = settings.with(WeightScales.PER_TENSOR);
    }
    if (equalize) {
      settings = settings.with(Preparation.EQUALIZED);
    }
    return correctBias ? settings.with(Preparation.BIAS_CORRECTED) : settings;
  }
}
