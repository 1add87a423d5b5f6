package dev.plumbline.host.cli;

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
      names = "--out",
      required = true,
      paramLabel = "P.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    OnnxModel model = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(model);
    // A hundredth of the training rate, as COMPD does; without normalisation a tenth diverges.
    LearningRate schedule =
        LearningRate.cosine(TrainingMetadata.rate(model).orElse(CommonOptions.USUAL_RATE) / 100);
    var settings = TrainingOptions.of(epochs, schedule, common.randomSeed());
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open();
    OnnxModel pruned =
        Pruner.fineTune(
            Pruner.prune(model, rate),
            preprocessing,
            List.of(new TrainingPart(pictures, Augmentation.CROP_AND_FLIP)),
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
}
