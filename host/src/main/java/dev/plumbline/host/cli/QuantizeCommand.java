package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.compress.QuantizationAwareTraining;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingMetadata;
import dev.plumbline.host.train.TrainingPart;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "quantize",
    description = "An int8 model, quantized after training or trained through the rounding.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class QuantizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  /** More pictures hardly move the ranges of activations. */
  private static final int CALIBRATION = 512;

  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;

  @Parameters(paramLabel = "MODEL", description = "A float model.")
  private Path file;

  @Option(
      names = "--qat-epochs",
      defaultValue = "0",
      paramLabel = "N",
      description = "Epochs of training through the rounding (default: ${DEFAULT-VALUE}).")
  private int epochs;

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
    QuantizationSettings settings =
        new QuantizationSettings(
            percentile == 100 ? Calibration.MIN_MAX : Calibration.PERCENTILE,
            percentile,
            reduceRange);
    OnnxModel model = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(model);
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open();
    Dataset calibration =
        Datasets.range(pictures, Range.of(0, Math.min(CALIBRATION, pictures.size())));
    OnnxModel quantized =
        PreprocessingMetadata.write(
            epochs == 0
                ? new Quantizer(common.accelerator())
                    .quantize(model, preprocessing, calibration, settings, common.progress())
                : trained(model, preprocessing, calibration, settings, pictures),
            preprocessing);
    quantized.write(out);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", out.toString());
    answer.put("sha256", quantized.sha256());
    answer.put("calibration_pictures", calibration.size());
    answer.put("qat_epochs", epochs);
    common.answer(answer, List.of("wrote " + out));
    return 0;
  }

  private OnnxModel trained(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings settings,
      Dataset pictures) {
    // A hundredth of the training rate: steps of the size of a rounding.
    LearningRate schedule =
        LearningRate.cosine(TrainingMetadata.rate(model).orElse(CommonOptions.USUAL_RATE) / 100);
    return new QuantizationAwareTraining(common.accelerator())
        .train(
            model,
            preprocessing,
            calibration,
            settings,
            List.of(new TrainingPart(pictures, Augmentation.cropAndFlip(pictures.shape()))),
            TrainingOptions.of(epochs, schedule, common.randomSeed()),
            EpochListener.NONE,
            common.progress());
  }
}
