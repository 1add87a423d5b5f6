package dev.plumbline.host.cli;

import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.compress.Distiller;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingMetadata;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
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
    ModelContract.of(teacher).requireClasses(pictures, preprocessing);
    Dataset tested = test.open(data, preprocessing.geometry());
    Distiller distiller = new Distiller(teacher, preprocessing, common.accelerator());
    OnnxModel student = student(teacher, preprocessing, pictures, distiller);
    double rate = rate(student);
    TrainingSettings settings = epochs.settings(LearningRate.oneCycle(rate), common.randomSeed());
    OnnxModel taught =
        distiller.train(
            student,
            List.of(new TrainingPart(pictures, Augmentation.cropAndFlip(pictures.shape()))),
            new Distiller.Softness(temperature, hardShare),
            settings,
            EpochListener.NONE,
            common.progress());
    Task task = Tasks.of(teacher);
    OnnxModel distilled =
        Tasks.write(
            PreprocessingMetadata.write(TrainingMetadata.withRate(taught, rate), preprocessing),
            task);
    List<Decision> said = decisions(teacher, preprocessing, provider, tested);
    List<Decision> learned = decisions(distilled, preprocessing, provider, tested);
    Figures figures =
        new Figures(
            tested.size(),
            task.agreement(task.annotated(tested), learned),
            task.agreement(task.annotated(tested), said));
    AgreementOptions.Written written =
        checked.write(distilled, out, Agreement.of(task, said, learned), common);
    answer(teacher, written, figures);
    return written.exitCode();
  }

  private OnnxModel student(
      OnnxModel teacher, Preprocessing preprocessing, Dataset pictures, Distiller distiller) {
    if (start.file != null) {
      OnnxModel student =
          decisions.choose(OnnxModel.read(start.file), pictures.classNames(), common);
      options.ofPair(teacher, student);
      return student;
    }
    return Architecture.parse(start.architecture)
        .build(
            pictures.shape(),
            preprocessing.layout(),
            distiller.classes(pictures.shape()),
            common.randomSeed());
  }

  private double rate(OnnxModel student) {
    if (learningRate != null) {
      return TrainingOptions.checkedLearningRate(learningRate);
    }
    // Without normalisation the usual rate diverges.
    double usual =
        TrainingOptions.isNormalised(student)
            ? TrainingMetadata.USUAL_RATE
            : TrainingMetadata.USUAL_RATE / 10;
    return start.file == null ? usual : usual / 10;
  }

  private List<Decision> decisions(
      OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider, Dataset pictures) {
    return new ModelDecisions(preprocessing, provider)
        .of(model, pictures, "evaluating " + model.fileName(), common.progress());
  }

  /** On the tested pictures. */
  private record Figures(int pictures, double accuracy, double teacherAccuracy) {}

  private void answer(OnnxModel teacher, AgreementOptions.Written written, Figures figures) {
    OnnxModel distilled = written.model();
    Map<String, Object> answer = new LinkedHashMap<>(written.asMap());
    answer.put("tested_on", test.text(data));
    answer.put("pictures", figures.pictures());
    answer.put("accuracy", figures.accuracy());
    answer.put("teacher_accuracy", figures.teacherAccuracy());
    answer.put("bytes", distilled.bytes().length);
    answer.put("teacher_bytes", teacher.bytes().length);
    common.answer(
        answer,
        List.of(
            (written.written() ? "wrote " : "did not write ")
                + out
                + ", "
                + distilled.bytes().length
                + " bytes; the teacher has "
                + teacher.bytes().length,
            String.format(
                Locale.ROOT,
                "of %d pictures (%s): accuracy %.2f %%, the teacher's %.2f %%, agreement with it"
                    + " %.2f %%",
                figures.pictures(),
                test.text(data),
                figures.accuracy() * 100,
                figures.teacherAccuracy() * 100,
                written.agreement().share() * 100)));
  }
}
