package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How {@code quantize} quantizes. */
final class QuantizationOptions {
  enum Mode {
    STATIC,
    DYNAMIC,
    WEIGHT_ONLY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--mode",
      defaultValue = "static",
      paramLabel = "static|dynamic|weight-only",
      description =
          "Ranges of activations from calibration, found while the model runs, or activations in"
              + " float (default: ${DEFAULT-VALUE}).")
  private String mode;

  @Option(
      names = "--percentile",
      defaultValue = "100",
      paramLabel = "P",
      description = "Share of activations that the ranges hold, in percent (default: all).")
  private double percentile;

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

  Mode mode() {
    for (Mode each : Mode.values()) {
      if (each.toString().equals(mode)) {
        return each;
      }
    }
    throw new BadInputException(
        "--mode is '" + mode + "', expected static, dynamic or weight-only");
  }

  QuantizationSettings settings() {
    QuantizationSettings settings =
        new QuantizationSettings(
            percentile == 100 ? Calibration.MIN_MAX : Calibration.PERCENTILE,
            percentile,
            reduceRange);
    if (perTensor) {
      settings = settings.with(WeightScales.PER_TENSOR);
    }
    if (equalize) {
      settings = settings.with(Preparation.EQUALIZED);
    }
    return correctBias ? settings.with(Preparation.BIAS_CORRECTED) : settings;
  }

  OnnxModel quantize(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset calibration,
      Accelerator accelerator,
      Progress progress) {
    Quantizer quantizer = new Quantizer(accelerator);
    return switch (mode()) {
      case STATIC -> quantizer.quantize(model, preprocessing, calibration, settings(), progress);
      case DYNAMIC ->
          quantizer.quantizeDynamically(model, preprocessing, calibration, settings(), progress);
      case WEIGHT_ONLY ->
          quantizer.quantizeWeights(model, preprocessing, calibration, settings(), progress);
    };
  }
}
