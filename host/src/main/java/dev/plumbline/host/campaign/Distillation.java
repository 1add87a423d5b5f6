package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Distiller;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.score.ModelScores;
import dev.plumbline.host.score.ModelScores.Scored;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.TrainingMetadata;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Teaches a student what a teacher says, and compares the two in ONNX Runtime. */
public final class Distillation {
  private final OnnxModel teacher;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final Progress progress;
  private final Distiller distiller;

  /**
   * @param preprocessing of teacher and student
   * @param accelerator where both compute while the student learns
   * @param provider runs both to compare them
   */
  public Distillation(
      OnnxModel teacher,
      Preprocessing preprocessing,
      Accelerator accelerator,
      RuntimeProvider provider,
      Progress progress) {
    this.teacher = teacher;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.progress = progress;
    this.distiller = new Distiller(teacher, preprocessing, accelerator);
  }

  /**
   * A student that has learned nothing yet, with the teacher's classes.
   *
   * @throws BadInputException if the teacher is no classifier
   */
  public OnnxModel student(Architecture architecture, PictureShape shape, long randomSeed) {
    if (!ModelContract.of(teacher).classifies()) {
      throw new BadInputException(
          "the architectures known here are classifiers and teacher "
              + teacher.name()
              + " has the task "
              + Tasks.of(teacher).kind()
              + ", expected a student of that task as a model");
    }
    return architecture.build(shape, preprocessing.layout(), distiller.classes(shape), randomSeed);
  }

  /**
   * What the student learned.
   *
   * @param model the student, with its preprocessing and the teacher's task in its metadata
   * @param agreement with the teacher
   * @param score of the student, by the measure of the task; empty where nobody noted what is right
   * @param teacherScore likewise
   */
  public record Distilled(
      OnnxModel model,
      Agreement agreement,
      Optional<Measure> score,
      Optional<Measure> teacherScore) {}

  /**
   * Teaches.
   *
   * @param softness of what a classifier teaches; as usual if absent
   * @param rate the highest of the settings' schedule
   * @param pictures to learn from
   * @param tested pictures that agreement and score are of
   * @param annotations file or folder of what people noted about {@code tested}, in place of labels
   * @throws BadInputException if teacher, student and pictures do not fit each other, or a softness
   *     is given for a teacher that is no classifier
   */
  public Distilled teach(
      OnnxModel student,
      Optional<Distiller.Softness> softness,
      TrainingSettings settings,
      double rate,
      Dataset pictures,
      Dataset tested,
      Optional<Path> annotations) {
    Task task = Tasks.of(teacher);
    Optional<List<Decision>> truth = Annotations.find(annotations, task, tested);
    OnnxModel taught = taught(student, softness, settings, pictures);
    OnnxModel distilled =
        Tasks.write(
            PreprocessingMetadata.write(TrainingMetadata.withRate(taught, rate), preprocessing),
            task);
    Scored said = scored(teacher, tested, truth);
    Scored learned = scored(distilled, tested, truth);
    return new Distilled(
        distilled,
        Agreement.of(task, said.decisions(), learned.decisions()),
        learned.score(),
        said.score());
  }

  private OnnxModel taught(
      OnnxModel student,
      Optional<Distiller.Softness> softness,
      TrainingSettings settings,
      Dataset pictures) {
    List<TrainingPart> parts =
        List.of(new TrainingPart(pictures, Augmentation.usual(pictures.inputShape())));
    if (ModelContract.of(teacher).classifies()) {
      return distiller.train(
          student,
          parts,
          softness.orElse(Distiller.Softness.USUAL),
          settings,
          EpochListener.NONE,
          progress);
    }
    if (softness.isPresent()) {
      throw new BadInputException(
          "temperature and hard share are about labels and teacher "
              + teacher.name()
              + " has the task "
              + Tasks.of(teacher).kind()
              + ", whose students learn its outputs: expected neither");
    }
    return distiller.train(student, parts, settings, EpochListener.NONE, progress);
  }

  private Scored scored(OnnxModel model, Dataset pictures, Optional<List<Decision>> truth) {
    return new ModelScores(preprocessing, provider)
        .decide(model, pictures, truth, "evaluating " + model.fileName(), progress);
  }
}
