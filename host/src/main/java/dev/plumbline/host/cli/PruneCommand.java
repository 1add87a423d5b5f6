package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
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
    name = "prune",
    description = "Sets the smallest convolution weights to zero and fine-tunes the rest.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PruneCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;

  @Parameters(paramLabel = "MODEL", description = "A float model.")
  private Path file;

  @Option(
      names = "--rate",
      defaultValue = "0.75",
      paramLabel = "SHARE",
      description = "Share of the weights that becomes zero (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(names = "--epochs", required = true, paramLabel = "N", description = "Of fine-tuning.")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "Of fine-tuning at its start (default: a tenth of the training rate, a hundredth for a"
              + " model without BatchNormalization).")
  private Double learningRate;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "P.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    OnnxModel model = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(model);
    LearningRate schedule = LearningRate.cosine(learningRate(model));
    var settings = TrainingOptions.of(epochs, schedule, common.randomSeed());
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open();
    OnnxModel pruned =
        Pruner.fineTune(
            Pruner.prune(model, rate),
            preprocessing,
            List.of(new TrainingPart(pictures, Augmentation.cropAndFlip(pictures.shape()))),
            settings,
            common.accelerator(),
            EpochListener.NONE,
            common.progress());
    pruned = PreprocessingMetadata.write(pruned, preprocessing);
    pruned.write(out);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", out.toString());
    answer.put("sha256", pruned.sha256());
    answer.put("sparsity", Pruner.sparsity(pruned));
    common.answer(answer, List.of("wrote " + out + ", sparsity " + Pruner.sparsity(pruned)));
    return 0;
  }

  private double learningRate(OnnxModel model) {
    if (learningRate != null) {
      if (!(learningRate > 0 && learningRate < 1)) {
        throw new BadInputException(
            "--learning-rate is " + learningRate + ", expected a number above 0 and below 1");
      }
      return learningRate;
    }
    // Without normalisation a tenth of the training rate diverges.
    boolean normalised =
        model.graph().nodes().stream().anyMatch(node -> node.is("BatchNormalization"));
    return TrainingMetadata.rate(model).orElse(CommonOptions.USUAL_RATE) / (normalised ? 10 : 100);
  }
}
