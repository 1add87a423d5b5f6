package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.OriginalTraining;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description =
        "Trains a classifier from scratch on labelled pictures, and writes the preprocessing of its"
            + " training data into it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DataOptions data;
  @Mixin private GeometryOptions geometry;
  @Mixin private TrainingOptions training;

  @Option(
      names = "--arch",
      required = true,
      paramLabel = "NAME",
      description = TrainingOptions.ARCHITECTURES + ".")
  private String arch;

  @Option(
      names = DecisionOptions.TASK,
      paramLabel = Classification.KIND,
      description = "The one task that models are trained for here (default: it).")
  private String task;

  @Mixin private EpochOptions epochs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "M.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    requireClassification();
    Architecture architecture = Architecture.parse(arch);
    TrainingSettings settings =
        epochs.settings(LearningRate.oneCycle(training.rate()), common.randomSeed());
    Device device = common.device();
    Geometry pictureSize = geometry.geometry();
    Dataset pictures = data.open(pictureSize);
    pictures.requireLabels();
    Preprocessing preprocessing = ChannelStatistics.of(pictures).standardising(pictureSize);
    TorchEngine.seed(common.randomSeed());
    OnnxModel start =
        architecture.build(pictures.shape(), pictures.classNames().size(), common.randomSeed());
    OnnxModel model =
        OriginalTraining.train(
            start,
            preprocessing,
            new TrainingPart(pictures, training.augmentation(pictures.shape())),
            settings,
            training.rate(),
            device,
            common.progress());
    model.write(out);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", out.toString());
    answer.put("sha256", model.sha256());
    answer.put("pictures", pictures.size());
    answer.put("preprocessing", PreprocessingAnswer.of(preprocessing));
    common.answer(answer, List.of("wrote " + out));
    return 0;
  }

  private void requireClassification() {
    if (task != null && !task.equals(Classification.KIND)) {
      throw new BadInputException(
          "train makes classifiers from labelled pictures and --task is '"
              + task
              + "', expected classification; models of other tasks come from other programs, and"
              + " all other verbs take them");
    }
  }
}
