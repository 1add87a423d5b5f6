package dev.plumbline.host.cli;

import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.Pruning;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.UsualRates;
import java.nio.file.Path;
import java.util.ArrayList;
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
    description =
        "Sets the smallest convolution weights to zero, or removes whole filters, and fine-tunes"
            + " the rest.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PruneCommand implements Callable<Integer> {
  /** The rate of the paper's evaluation. */
  private static final double WEIGHTS = 0.75;

  /** More filters are seldom made up for by fine-tuning. */
  private static final double FILTERS = 0.3;

  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;

  @Parameters(paramLabel = "MODEL", description = "A float model.")
  private Path file;

  @Option(
      names = "--structured",
      description = "Remove the filters of smallest L1 norm: the graph becomes smaller.")
  private boolean structured;

  @Option(
      names = "--rate",
      paramLabel = "SHARE",
      description =
          "Share of the weights that becomes zero (default: 0.75), or of each layer's filters that"
              + " goes (default: 0.3).")
  private Double rate;

  @Option(names = "--epochs", required = true, paramLabel = "N", description = "Of fine-tuning.")
  private int epochs;

  @Mixin private BatchOption batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "Of fine-tuning at its start (default: a tenth of the training rate, a hundredth for a"
              + " model without BatchNormalization).")
  private Double learningRate;

  @Mixin private AgreementOptions checked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "P.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    checked.requireShare();
    OnnxModel given = OnnxModel.read(file);
    Preprocessing preprocessing = options.of(given);
    LearningRate schedule = LearningRate.cosine(learningRate(given));
    TrainingSettings settings =
        TrainingOptions.of(epochs, batch.pictures(), schedule, common.randomSeed());
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open(preprocessing.geometry());
    OnnxModel model = decisions.choose(given, pictures.classNames(), common);
    ModelContract.of(model).requireClasses(pictures, preprocessing);
    Pruning pruning =
        new Pruning(
            model,
            preprocessing,
            common.accelerator(),
            common.providerBesideGradients(),
            common.progress());
    if (structured) {
      Pruning.Smaller smaller = pruning.filters(rate == null ? FILTERS : rate, pictures, settings);
      FilterPruningAnswer answer =
          new FilterPruningAnswer(smaller.pruning(), smaller.pruned().model());
      return answer(smaller.pruned(), answer.object(), answer.lines());
    }
    Pruning.Pruned pruned = pruning.weights(rate == null ? WEIGHTS : rate, pictures, settings);
    double sparsity = pruned.sparsity();
    return answer(pruned, Map.of("sparsity", sparsity), List.of("sparsity " + sparsity));
  }

  private int answer(Pruning.Pruned pruned, Map<String, Object> figures, List<String> lines) {
    WrittenAnswer written = checked.write(pruned.model(), out, pruned.agreement(), common);
    Map<String, Object> answer = new LinkedHashMap<>(written.asMap());
    answer.putAll(figures);
    List<String> all = new ArrayList<>(written.lines());
    all.addAll(lines);
    common.answer(answer, all);
    return written.exitCode();
  }

  private double learningRate(OnnxModel model) {
    return learningRate == null
        ? UsualRates.fineTuning(model)
        : TrainingOptions.checkedLearningRate(learningRate);
  }
}
