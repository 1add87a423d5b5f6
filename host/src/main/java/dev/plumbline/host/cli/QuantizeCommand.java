package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.compress.CalibrationChoice;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.compress.QuantizationAwareTraining;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.layers.Confirmation;
import dev.plumbline.host.layers.LayerSearch;
import dev.plumbline.host.layers.Suggestion;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingMetadata;
import dev.plumbline.host.train.TrainingPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "quantize",
    description =
        "Makes an int8 model: after training from calibration pictures, or by training with"
            + " rounding (QAT).",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class QuantizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;

  /** More pictures hardly move the ranges of activations. */
  private static final int CALIBRATION = 512;

  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;
  @Mixin private QuantizationOptions how;
  @Mixin private SuggestionOptions suggestions;

  @Parameters(paramLabel = "MODEL", description = "A float model.")
  private Path file;

  @Option(
      names = "--qat-epochs",
      defaultValue = "0",
      paramLabel = "N",
      description = "Epochs of training through the rounding (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Mixin private BatchOption batch;

  @Option(
      names = "--keep-float",
      split = ",",
      paramLabel = "LAYERS",
      description = "Layers that stay float, named as inspect lists them.")
  private List<String> keepFloat = List.of();

  @Option(
      names = "--suggest",
      paramLabel = "CORPUS",
      description = "Keep the layers in float that restore most deviations of a corpus.")
  private Path suggest;

  @Mixin private AgreementOptions checked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "Q.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    if (epochs < 0) {
      throw new BadInputException("--qat-epochs is " + epochs + ", expected at least 0");
    }
    requireOneWay();
    checked.requireShare();
    OnnxModel given = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(given);
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open(preprocessing.geometry());
    OnnxModel model = decisions.choose(given, pictures.classNames(), common);
    ModelContract contract = ModelContract.of(model);
    contract.requirePictures(pictures.shape(), preprocessing);
    if (epochs > 0) {
      contract.requireClasses(pictures, preprocessing);
    }
    Dataset calibration =
        Datasets.range(pictures, Range.of(0, Math.min(CALIBRATION, pictures.size())));
    Map<String, Object> answer = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    QuantizationSettings settings = settings(model, preprocessing, calibration, answer, lines);
    OnnxModel quantized =
        PreprocessingMetadata.write(
            epochs == 0
                ? how.quantize(
                    model,
                    preprocessing,
                    calibration,
                    settings,
                    common.accelerator(),
                    common.progress())
                : trained(model, preprocessing, calibration, settings, pictures),
            preprocessing);
    OnnxModel made = mixed(model, quantized, preprocessing, answer, lines);
    AgreementOptions.Written written =
        checked.write(
            made,
            out,
            Agreement.of(
                model,
                made,
                preprocessing,
                calibration,
                common.providerBesideGradients(),
                common.progress()),
            common);
    answer.putAll(written.asMap());
    lines.addAll(0, written.lines());
    answer.put("mode", how.mode().toString());
    answer.put("calibration_pictures", calibration.size());
    answer.put("qat_epochs", epochs);
    answer.put("size_original", model.bytes().length);
    answer.put("size", made.bytes().length);
    lines.add(model.bytes().length + " bytes became " + made.bytes().length);
    common.answer(answer, lines);
    return written.exitCode();
  }

  /** How to quantize; the calibration is chosen here if the options leave it open. */
  private QuantizationSettings settings(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset calibration,
      Map<String, Object> answer,
      List<String> lines) {
    QuantizationSettings settings = how.settings();
    if (!how.choosesCalibration()) {
      return settings;
    }
    List<CalibrationChoice.Tried> tried =
        new CalibrationChoice(preprocessing, common.accelerator(), common.providerBesideGradients())
            .tried(model, calibration, settings, common.progress());
    Map<String, Double> agreements = new LinkedHashMap<>();
    for (CalibrationChoice.Tried each : tried) {
      String name = each.settings().method().toString();
      agreements.put(name, each.agreement().share());
      lines.add(
          String.format(
              Locale.ROOT,
              "calibration %s: the same label on %d of %d pictures, logits %.3g apart",
              name,
              each.agreement().same(),
              each.agreement().pictures(),
              Math.sqrt(each.apart())));
    }
    answer.put("calibration", tried.get(0).settings().method().toString());
    answer.put("calibrations_tried", agreements);
    return tried.get(0).settings();
  }

  private void requireOneWay() {
    if (!keepFloat.isEmpty() && suggest != null) {
      throw new BadInputException("--keep-float and --suggest are given, expected one of them");
    }
    boolean mixes = !keepFloat.isEmpty() || suggest != null;
    if (epochs > 0 && (mixes || how.mode() != QuantizationOptions.Mode.STATIC)) {
      throw new BadInputException(
          "--qat-epochs is "
              + epochs
              + ", expected 0 with "
              + (mixes ? "--keep-float or --suggest" : "--mode " + how.mode()));
    }
  }

  /** The quantized model with the layers in float that the options ask for. */
  private OnnxModel mixed(
      OnnxModel model,
      OnnxModel quantized,
      Preprocessing preprocessing,
      Map<String, Object> answer,
      List<String> lines) {
    if (!keepFloat.isEmpty()) {
      answer.put("float_layers", keepFloat);
      answer.put("size_before", quantized.bytes().length);
      return CompressedLayers.of(quantized, model).inFloat(keepFloat);
    }
    return suggest == null ? quantized : suggested(model, quantized, preprocessing, answer, lines);
  }

  private OnnxModel suggested(
      OnnxModel model,
      OnnxModel quantized,
      Preprocessing preprocessing,
      Map<String, Object> answer,
      List<String> lines) {
    Corpus corpus = Corpus.open(suggest);
    corpus.requireModels(model.sha256(), null);
    Deviations deviations = Deviations.of(corpus);
    LayerSearch search =
        new LayerSearch(
            CompressedLayers.of(quantized, model),
            preprocessing,
            deviations.pictures(),
            deviations.expected(),
            common.device(),
            common.progress());
    Suggestion suggestion = search.suggestion(suggestions.largest(quantized));
    Confirmation confirmation =
        Confirmation.of(
            quantized,
            suggestion.model(),
            preprocessing,
            deviations.pictures(),
            deviations.expected(),
            common.providerBesideGradients());
    SuggestionAnswer found = new SuggestionAnswer(quantized, suggestion, confirmation);
    answer.putAll(found.asMap());
    lines.addAll(found.lines());
    return suggestion.model();
  }

  private OnnxModel trained(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Dataset pictures) {
    // A hundredth of the training rate: steps of the size of a rounding.
    LearningRate schedule = LearningRate.cosine(TrainingMetadata.rateOrUsual(model) / 100);
    return new QuantizationAwareTraining(common.accelerator())
        .train(
            model,
            preprocessing,
            calibration,
            settings,
            List.of(new TrainingPart(pictures, Augmentation.cropAndFlip(pictures.shape()))),
            TrainingOptions.of(epochs, batch.pictures(), schedule, common.randomSeed()),
            EpochListener.NONE,
            common.progress());
  }
}
