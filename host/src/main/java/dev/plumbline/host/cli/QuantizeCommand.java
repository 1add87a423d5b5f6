package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.DeviceLatencies;
import dev.plumbline.host.campaign.PrecisionReporting;
import dev.plumbline.host.campaign.PrecisionSuggestion;
import dev.plumbline.host.campaign.Quantization;
import dev.plumbline.host.compress.QuantizationMode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.DeviceLatency;
import dev.plumbline.host.layers.Deviations;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.precision.LatencyJudge;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.UsualRates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
      description =
          "Layers that stay float, named as inspect lists them; auto searches for those that move"
              + " the outputs most on the calibration inputs, within --max-size-growth.")
  private List<String> keepFloat = List.of();

  @Option(
      names = "--suggest",
      paramLabel = "CORPUS|precision",
      description =
          "Keep the layers in float that restore most deviations of a corpus; precision tries"
              + " which layers in float, or 16-bit activations, are worth their latency, by a new"
              + " search against each, and writes them to the folder --out.")
  private Path suggest;

  @Mixin private PrecisionOptions precision;
  @Mixin private DeviceOptions devices;
  @Mixin private DatabaseOptions databases;
  @Mixin private AccessOptions access;

  @Mixin private AgreementOptions checked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "Q.onnx",
      description = "The model to write; a folder with --suggest precision.")
  private Path out;

  @Override
  public Integer call() {
    if (epochs < 0) {
      throw new BadInputException("--qat-epochs is " + epochs + ", expected at least 0");
    }
    requireOneWay();
    if (!suggestsPrecision()) {
      precision.requireNone();
      if (!devices.isEmpty()) {
        throw new BadInputException(
            "--device or --select is given, expected --suggest precision with it");
      }
    }
    checked.requireShare();
    OnnxModel given = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(given);
    Device device = common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open(preprocessing.geometry());
    OnnxModel model = decisions.choose(given, pictures.classNames(), common);
    ModelContract contract = ModelContract.of(model);
    contract.requireInputs(pictures, preprocessing);
    if (epochs > 0) {
      contract.requireClasses(pictures, preprocessing);
    }
    Quantization.Request asked =
        new Quantization.Request(
            how.mode(),
            how.settings(),
            how.choosesCalibration(),
            training(model),
            searchesFloat() ? List.of() : keepFloat,
            searchesFloat() ? OptionalDouble.of(suggestions.growth()) : OptionalDouble.empty(),
            suggestsPrecision() ? Optional.empty() : suggesting(model));
    Quantization quantization =
        new Quantization(
            model,
            preprocessing,
            common.accelerator(),
            device,
            common.providerBesideGradients(),
            common.progress());
    if (suggestsPrecision()) {
      PrecisionStudy.Result found =
          new PrecisionSuggestion(quantization, judges(preprocessing))
              .suggest(pictures, asked, precision.asked(common.randomSeed()), data.digest(), out);
      PrecisionAnswer answer = new PrecisionAnswer(found);
      common.write(answer.asMap(), out.resolve("precision.json"));
      PrecisionReporting.write(found.front(), file, out.resolve("report.html"));
      common.answer(answer.asMap(), answer.lines());
      return 0;
    }
    Quantization.Quantized made = quantization.quantize(pictures, asked);
    WrittenAnswer written = checked.write(made.model(), out, made.agreement(), common);
    QuantizeAnswer answer = new QuantizeAnswer(model, asked, made, written);
    common.answer(answer.asMap(epochs), answer.lines());
    return written.exitCode();
  }

  /** Devices that measure latency; each is asked whether it is there before long work. */
  private List<LatencyJudge> judges(Preprocessing preprocessing) {
    if (devices.isEmpty()) {
      return List.of();
    }
    DeviceAccess way = devices.reconnecting(access.access());
    List<LatencyJudge> judges = new ArrayList<>();
    devices
        .addresses(databases.open())
        .forEach(
            (id, address) -> {
              DeviceClient.requireReachable(address, way);
              judges.add(new DeviceLatencies(id, new DeviceLatency(address, way, preprocessing)));
            });
    return judges;
  }

  private boolean suggestsPrecision() {
    return suggest != null && suggest.toString().equals("precision");
  }

  private boolean searchesFloat() {
    return keepFloat.equals(List.of("auto"));
  }

  private void requireOneWay() {
    if (searchesFloat() && how.mode() != QuantizationMode.STATIC) {
      throw new BadInputException(
          "--keep-float auto is given with --mode " + how.mode() + ", expected --mode static");
    }
    if (!keepFloat.isEmpty() && suggest != null) {
      throw new BadInputException("--keep-float and --suggest are given, expected one of them");
    }
    if (suggestsPrecision() && how.mode() != QuantizationMode.STATIC) {
      throw new BadInputException(
          "--suggest precision is given with --mode " + how.mode() + ", expected --mode static");
    }
    boolean mixes = !keepFloat.isEmpty() || suggest != null;
    if (epochs > 0 && (mixes || how.mode() != QuantizationMode.STATIC)) {
      throw new BadInputException(
          "--qat-epochs is "
              + epochs
              + ", expected 0 with "
              + (mixes ? "--keep-float or --suggest" : "--mode " + how.mode()));
    }
  }

  private Optional<TrainingSettings> training(OnnxModel model) {
    if (epochs == 0) {
      return Optional.empty();
    }
    LearningRate schedule = LearningRate.cosine(UsualRates.rounding(model));
    return Optional.of(TrainingOptions.of(epochs, batch.pictures(), schedule, common.randomSeed()));
  }

  private Optional<Quantization.Suggesting> suggesting(OnnxModel model) {
    if (suggest == null) {
      return Optional.empty();
    }
    Corpus corpus = Corpus.open(suggest);
    corpus.requireModels(model.sha256(), null);
    return Optional.of(new Quantization.Suggesting(Deviations.of(corpus), suggestions.growth()));
  }
}
