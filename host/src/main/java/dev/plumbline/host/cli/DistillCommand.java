package dev.plumbline.host.cli;

import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.Distillation;
import dev.plumbline.host.compress.Distiller;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.UsualRates;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "distill",
    description = "Trains a student model of any architecture on a teacher's outputs.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DistillCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private DataOptions data;
  @Mixin private TestDataOptions test;
  @Mixin private PreprocessingOptions options;

  @Option(
      names = "--teacher",
      required = true,
      paramLabel = "M.onnx",
      description = "The model to learn from, float or quantized.")
  private Path teacherFile;

  @ArgGroup(multiplicity = "1")
  private Start start;

  /** Where the student comes from. */
  private static final class Start {
    @Option(
        names = "--arch",
        paramLabel = "NAME",
        description =
            "The student's architecture, from scratch: " + TrainingOptions.ARCHITECTURES + ".")
    private String architecture;

    @Option(
        names = "--student",
        paramLabel = "S.onnx",
        description = "The student: a model that can be trained, from its own weights.")
    private Path file;
  }

  @Mixin private EpochOptions epochs;

  @Option(
      names = "--temperature",
      defaultValue = "4",
      paramLabel = "T",
      description = "Divides the logits before the softmax (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--hard-share",
      defaultValue = "0.1",
      paramLabel = "A",
      description =
          "Share of the data's own labels in the loss, 0 to 1 (default: ${DEFAULT-VALUE}).")
  private double hardShare;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "The highest (default: 0.1, or 0.01 for a student without BatchNormalization; a tenth of"
              + " that for --student).")
  private Double learningRate;

  @Mixin private AgreementOptions checked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "D.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    checked.requireShare();
    OnnxModel given = OnnxModel.read(teacherFile);
    Preprocessing preprocessing = options.of(given);
    RuntimeProvider provider = common.providerBesideGradients();
    common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset pictures = data.open(preprocessing.geometry());
    OnnxModel teacher = decisions.choose(given, pictures.classNames(), common);
    Tasks.requireClassification("distill", teacher, "prune and quantize take every task");
    ModelContract.of(teacher).requireClasses(pictures, preprocessing);
    Dataset tested = test.open(data, preprocessing.geometry());
    Distillation distillation =
        new Distillation(teacher, preprocessing, common.accelerator(), provider, common.progress());
    OnnxModel student = student(teacher, preprocessing, pictures, distillation);
    double rate = rate(student);
    Distillation.Distilled distilled =
        distillation.teach(
            student,
            new Distiller.Softness(temperature, hardShare),
            epochs.settings(LearningRate.oneCycle(rate), common.randomSeed()),
            rate,
            pictures,
            tested);
    WrittenAnswer written = checked.write(distilled.model(), out, distilled.agreement(), common);
    answer(teacher, written, distilled);
    return written.exitCode();
  }

  private OnnxModel student(
      OnnxModel teacher, Preprocessing preprocessing, Dataset pictures, Distillation distillation) {
    if (start.file == null) {
      return distillation.student(
          Architecture.parse(start.architecture), pictures.shape(), common.randomSeed());
    }
    OnnxModel student = decisions.choose(OnnxModel.read(start.file), pictures.classNames(), common);
    options.ofPair(teacher, student);
    return student;
  }

  private double rate(OnnxModel student) {
    if (learningRate != null) {
      return TrainingOptions.checkedLearningRate(learningRate);
    }
    return start.file == null
        ? UsualRates.fromScratch(student)
        : UsualRates.fromOwnWeights(student);
  }

  private void answer(OnnxModel teacher, WrittenAnswer written, Distillation.Distilled found) {
    OnnxModel distilled = found.model();
    int pictures = found.agreement().pictures();
    Map<String, Object> answer = new LinkedHashMap<>(written.asMap());
    answer.put("tested_on", test.text(data));
    answer.put("pictures", pictures);
    answer.put("accuracy", found.accuracy());
    answer.put("teacher_accuracy", found.teacherAccuracy());
    answer.put("bytes", distilled.bytes().length);
    answer.put("teacher_bytes", teacher.bytes().length);
    common.answer(
        answer,
        List.of(
            written.wrote()
                + ", "
                + distilled.bytes().length
                + " bytes; the teacher has "
                + teacher.bytes().length,
            String.format(
                Locale.ROOT,
                "of %d pictures (%s): accuracy %.2f %%, the teacher's %.2f %%, agreement with it"
                    + " %.2f %%",
                pictures,
                test.text(data),
                found.accuracy() * 100,
                found.teacherAccuracy() * 100,
                found.agreement().share() * 100)));
  }
}
