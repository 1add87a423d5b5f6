package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.CalibrationChoice;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.compress.FloatSearch;
import dev.plumbline.host.compress.QuantizationAwareTraining;
import dev.plumbline.host.compress.QuantizationMode;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.layers.ConfirmedSuggestion;
import dev.plumbline.host.layers.Deviations;
import dev.plumbline.host.layers.LayerStudy;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Makes an int8 model of a float one: chooses the calibration if it is asked to, quantizes or
 * trains with rounding, puts layers back into float, and compares both models in ONNX Runtime.
 *
 * @param model in float
 * @param preprocessing of it, which the quantized model's metadata tell
 * @param accelerator where the float model runs on the calibration pictures, and is trained
 * @param device computes the proxies that suggest layers
 * @param provider runs models to compare them
 */
public record Quantization(
    OnnxModel model,
    Preprocessing preprocessing,
    Accelerator accelerator,
    Device device,
    RuntimeProvider provider,
    Progress progress) {
  /** More pictures hardly move the ranges of activations. */
  private static final int CALIBRATION = 512;

  /**
   * What is asked for.
   *
   * @param settings of a calibration that is to be chosen, all but that
   * @param choosesCalibration whether the calibration is the one that agrees best
   * @param training with rounding; empty to quantize after training
   * @param floatLayers to put back into float, by name; empty for none
   * @param floatGrowth how much a static model's file may grow by layers that are searched for and
   *     kept in float, in percent; empty for no search
   * @param suggesting which layers to put back into float; empty for those named
   */
  public record Request(
      QuantizationMode mode,
      QuantizationSettings settings,
      boolean choosesCalibration,
      Optional<TrainingSettings> training,
      List<String> floatLayers,
      OptionalDouble floatGrowth,
      Optional<Suggesting> suggesting) {}

  /**
   * Layers in float that restore most deviations.
   *
   * @param deviations of a corpus of the float model
   * @param growth how much the quantized model's file may grow, in percent, at least 0
   */
  public record Suggesting(Deviations deviations, double growth) {}

  /**
   * What was made.
   *
   * @param tried calibrations, the best first; empty if none was to be chosen
   * @param before without any layer put back into float
   * @param suggested layers, if they were asked for
   * @param kept layers that were searched for, if that was asked for
   * @param model that is to be written
   * @param agreement of it with the float model, on the calibration pictures
   * @param calibrationPictures how many
   */
  public record Quantized(
      List<CalibrationChoice.Tried> tried,
      OnnxModel before,
      Optional<ConfirmedSuggestion> suggested,
      Optional<FloatSearch.Found> kept,
      OnnxModel model,
      Agreement agreement,
      int calibrationPictures) {}

  /**
   * Quantizes.
   *
   * @param pictures to train on; the first 512 calibrate
   * @throws dev.plumbline.host.BadInputException if the model has nothing to quantize, or no such
   *     layers
   */
  public Quantized quantize(Dataset pictures, Request asked) {
    Dataset calibration =
        Datasets.range(pictures, Range.of(0, Math.min(CALIBRATION, pictures.size())));
    List<CalibrationChoice.Tried> tried =
        asked.choosesCalibration()
            ? new CalibrationChoice(preprocessing, accelerator, provider)
                .tried(model, calibration, asked.settings(), progress)
            : List.of();
    QuantizationSettings chosen = tried.isEmpty() ? asked.settings() : tried.get(0).settings();
    Optional<FloatSearch.Found> kept =
        asked.floatGrowth().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new FloatSearch(model, preprocessing, accelerator, provider, progress)
                    .find(calibration, chosen, asked.floatGrowth().getAsDouble()));
    QuantizationSettings settings =
        kept.map(found -> chosen.keepingFloat(found.layers())).orElse(chosen);
    OnnxModel quantized =
        PreprocessingMetadata.write(
            asked
                .training()
                .map(training -> trained(pictures, calibration, settings, training))
                .orElseGet(() -> calibrated(asked.mode(), calibration, settings)),
            preprocessing);
    Optional<ConfirmedSuggestion> suggested =
        asked.suggesting().map(suggesting -> suggested(quantized, suggesting));
    OnnxModel made =
        suggested
            .map(found -> found.suggestion().model())
            .orElseGet(() -> inFloat(quantized, asked.floatLayers()));
    Agreement agreement = Agreement.of(model, made, preprocessing, calibration, provider, progress);
    return new Quantized(tried, quantized, suggested, kept, made, agreement, calibration.size());
  }

  private OnnxModel calibrated(
      QuantizationMode mode, Dataset calibration, QuantizationSettings settings) {
    Quantizer quantizer = new Quantizer(accelerator);
    return switch (mode) {
      case STATIC -> quantizer.quantize(model, preprocessing, calibration, settings, progress);
      case DYNAMIC ->
          quantizer.quantizeDynamically(model, preprocessing, calibration, settings, progress);
      case WEIGHT_ONLY ->
          quantizer.quantizeWeights(model, preprocessing, calibration, settings, progress);
    };
  }

  private OnnxModel trained(
      Dataset pictures,
      Dataset calibration,
      QuantizationSettings settings,
      TrainingSettings training) {
    return new QuantizationAwareTraining(accelerator)
        .train(
            model,
            preprocessing,
            calibration,
            settings,
            List.of(new TrainingPart(pictures, Augmentation.usual(pictures.inputShape()))),
            training,
            EpochListener.NONE,
            progress);
  }

  private OnnxModel inFloat(OnnxModel quantized, List<String> layers) {
    return layers.isEmpty() ? quantized : CompressedLayers.of(quantized, model).inFloat(layers);
  }

  private ConfirmedSuggestion suggested(OnnxModel quantized, Suggesting suggesting) {
    return new LayerStudy(
            model, quantized, preprocessing, suggesting.deviations(), device, progress)
        .suggestion(suggesting.growth(), provider);
  }
}
