package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Distiller;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
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
import dev.plumbline.host.train.TrainingMetadata;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.List;

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

  /** A student that has learned nothing yet, with the teacher's classes. */
  public OnnxModel student(Architecture architecture, PictureShape shape, long randomSeed) {
    return architecture.build(shape, preprocessing.layout(), distiller.classes(shape), randomSeed);
  }

  /**
   * What the student learned.
   *
   * @param model the student, with its preprocessing and the teacher's task in its metadata
   * @param agreement with the teacher
   * @param accuracy of the student, 0 to 1
   * @param teacherAccuracy likewise
   */
  public record Distilled(
      OnnxModel model, Agreement agreement, double accuracy, double teacherAccuracy) {}

  /**
   * Teaches.
   *
   * @param rate the highest of the settings' schedule
   * @param pictures to learn from
   * @param tested labelled pictures that agreement and accuracy are of
   * @throws dev.plumbline.host.BadInputException if teacher, student and pictures do not fit each
   *     other
   */
  public Distilled teach(
      OnnxModel student,
      Distiller.Softness softness,
      TrainingSettings settings,
      double rate,
      Dataset pictures,
      Dataset tested) {
    OnnxModel taught =
        distiller.train(
            student,
            List.of(new TrainingPart(pictures, Augmentation.cropAndFlip(pictures.shape()))),
            softness,
            settings,
            EpochListener.NONE,
            progress);
    Task task = Tasks.of(teacher);
    OnnxModel distilled =
        Tasks.write(
            PreprocessingMetadata.write(TrainingMetadata.withRate(taught, rate), preprocessing),
            task);
    List<Decision> said = decisions(teacher, tested);
    List<Decision> learned = decisions(distilled, tested);
    List<Decision> truth = task.annotated(tested);
    return new Distilled(
        distilled,
        Agreement.of(task, said, learned),
        task.agreement(truth, learned),
        task.agreement(truth, said));
  }

  private List<Decision> decisions(OnnxModel model, Dataset pictures) {
    return new ModelDecisions(preprocessing, provider)
        .of(model, pictures, "evaluating " + model.fileName(), progress);
  }
}
