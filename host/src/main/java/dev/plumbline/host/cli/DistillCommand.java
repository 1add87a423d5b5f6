package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.Distillation;
import dev.plumbline.host.compress.Distiller;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.UsualRates;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "distill",
    description =
        "Trains a student model on a teacher's outputs: of a classifier a student of any"
            + " architecture, of a model of another task a model of that task.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DistillCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private DataOptions data;
  @Mixin private AnnotationOptions annotations;
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
      paramLabel = "T",
      description = "Of classifiers: divides the logits before the softmax (default: 4).")
  private Double temperature;

  @Option(
      names = "--hard-share",
      paramLabel = "A",
      description =
          "Of classifiers: share of the data's own labels in the loss, 0 to 1 (default: 0.1).")
  private Double hardShare;

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
    ModelContract.of(teacher).requireClasses(pictures, preprocessing);
    Dataset tested = test.open(data, preprocessing.geometry());
    Distillation distillation =
        new Distillation(teacher, preprocessing, common.accelerator(), provider, common.progress());
    OnnxModel student = student(teacher, preprocessing, pictures, distillation);
    double rate = rate(student);
    Distillation.Distilled distilled =
        distillation.teach(
            student,
            softness(),
            epochs.settings(LearningRate.oneCycle(rate), common.randomSeed()),
            rate,
            pictures,
            tested,
            annotations.path());
    WrittenAnswer written = checked.write(distilled.model(), out, distilled.agreement(), common);
    answer(teacher, written, distilled);
    return written.exitCode();
  }

  private OnnxModel student(
      OnnxModel teacher, Preprocessing preprocessing, Dataset pictures, Distillation distillation) {
    if (start.file == null) {
      return distillation.student(
          Architecture.parse(start.architecture), ofPictures(pictures), common.randomSeed());
    }
    OnnxModel read = OnnxModel.read(start.file);
    OnnxModel student = decisions.choose(read, pictures.classNames(), common);
    options.ofPair(teacher, student);
    return student;
  }

  private Optional<Distiller.Softness> softness() {
    if (temperature == null && hardShare == null) {
      return Optional.empty();
    }
    Distiller.Softness usual = Distiller.Softness.USUAL;
    return Optional.of(
        new Distiller.Softness(
            temperature == null ? usual.temperature() : temperature,
            hardShare == null ? usual.hardShare() : hardShare));
  }

  private static PictureShape ofPictures(Dataset data) {
    if (data.inputShape() instanceof PictureShape shape) {
      return shape;
    }
    throw new BadInputException(
        "--arch makes students that take pictures and "
            + data.source()
            + " holds tensors of "
            + data.inputShape()
            + ", expected --student S.onnx");
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
    found.score().ifPresent(score -> answer.put(score.key(), score.value()));
    found.teacherScore().ifPresent(score -> answer.put("teacher_" + score.key(), score.value()));
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
                "of %d %s (%s): %sagreement with it %.2f %%",
                pictures,
                written.model().nouns(),
                test.text(data),
                found
                    .score()
                    .map(s -> s + ", the teacher's " + found.teacherScore().get().figure() + ", ")
                    .orElse(""),
                found.agreement().share() * 100)));
  }
}
