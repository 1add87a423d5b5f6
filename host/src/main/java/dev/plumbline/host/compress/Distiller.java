package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.train.DistillationLoss;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.Trainer;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.WeightMasks;
import java.util.List;

/**
 * Trains a student on what a teacher says of pictures: knowledge distillation (Hinton, Vinyals,
 * Dean, "Distilling the Knowledge in a Neural Network", 2015). The student may have any
 * architecture.
 */
public final class Distiller {
  private final OnnxModel teacher;
  private final Preprocessing preprocessing;
  private final Accelerator accelerator;

  /**
   * @param preprocessing of teacher and student
   * @param accelerator where teacher and student compute
   */
  public Distiller(OnnxModel teacher, Preprocessing preprocessing, Accelerator accelerator) {
    this.teacher = teacher;
    this.preprocessing = preprocessing;
    this.accelerator = accelerator;
  }

  /**
   * How much of what the teacher says is taught.
   *
   * @param temperature that logits are divided by, above 0: the higher, the more of the smaller
   *     ones is taught
   * @param hardShare share of the data's own labels in the loss, 0 to 1
   */
  public record Softness(double temperature, double hardShare) {
    public static final Softness USUAL = new Softness(4, 0.1);
  }

  /**
   * Number of classes that a classifier of a teacher tells apart, found by running it.
   *
   * @throws BadInputException if it does not take such pictures
   */
  public int classes(InputShape shape) {
    return classes(teacher, shape);
  }

  private int classes(OnnxModel model, InputShape shape) {
    return ModelContract.of(model).classes(shape, preprocessing);
  }

  /**
   * Trains the student of a classifier.
   *
   * @param student a model that can be trained, with the teacher's input and number of classes
   * @param parts pictures; their labels play a part only for a hard share above 0
   * @return the student with trained weights, the teacher in its metadata
   * @throws BadInputException if teacher, student and pictures do not fit each other, or a number
   *     is out of range
   */
  public OnnxModel train(
      OnnxModel student,
      List<TrainingPart> parts,
      Softness softness,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    DistillationLoss loss = DistillationLoss.softLabels(softness.temperature());
    requireLabels(parts, softness);
    String how =
        "distilled temperature " + softness.temperature() + " hard share " + softness.hardShare();
    return train(student, parts, loss, softness.hardShare(), how, settings, listener, progress);
  }

  /**
   * Trains the student of a model of any task to be near the teacher's outputs, in the measure of
   * the task.
   *
   * @param student a model of the same task that can be trained, with outputs of the teacher's size
   * @param parts pictures; labels play no part
   * @return as {@link #train(OnnxModel, List, Softness, TrainingSettings, EpochListener, Progress)}
   * @throws BadInputException likewise
   */
  public OnnxModel train(
      OnnxModel student,
      List<TrainingPart> parts,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    Task task = Tasks.of(teacher);
    requireTask(student, task);
    DistillationLoss loss = DistillationLoss.distance(task);
    return train(student, parts, loss, 0, "distilled distance", settings, listener, progress);
  }

  private OnnxModel train(
      OnnxModel student,
      List<TrainingPart> parts,
      DistillationLoss loss,
      double hardShare,
      String how,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    requireSameNumbers(student, parts.get(0).data().inputShape());
    try (DifferentiableGraph taught =
            DifferentiableGraph.trainable(student, accelerator.torchDevice());
        DifferentiableGraph teaching =
            DifferentiableGraph.frozen(teacher, accelerator.torchDevice())) {
      Trainer.distilling(taught, preprocessing, WeightMasks.ofZeros(student), teaching, loss)
          .withHardShare(hardShare)
          .train(parts, settings, listener, progress);
      return new Provenance(how, teacher.sha256()).write(taught.export());
    }
  }

  private static void requireLabels(List<TrainingPart> parts, Softness softness) {
    if (softness.hardShare() > 0 && !parts.stream().allMatch(part -> part.data().isLabelled())) {
      throw new BadInputException(
          "the share of hard labels in a distillation is "
              + softness.hardShare()
              + " and the data have no labels, expected a share of 0, or labels");
    }
  }

  private void requireTask(OnnxModel student, Task task) {
    if (!Tasks.of(student).equals(task)) {
      throw new BadInputException(
          "teacher "
              + teacher.name()
              + " has the task "
              + Tasks.words(task)
              + " and student "
              + student.name()
              + " the task "
              + Tasks.words(Tasks.of(student))
              + ", expected the same");
    }
  }

  private void requireSameNumbers(OnnxModel student, InputShape shape) {
    int known = classes(shape);
    int learned = classes(student, shape);
    if (known != learned) {
      throw new BadInputException(
          ModelContract.of(teacher).classifies()
              ? "teacher "
                  + teacher.name()
                  + " tells "
                  + known
                  + " classes apart and student "
                  + student.name()
                  + " "
                  + learned
                  + ", expected the same number"
              : "teacher "
                  + teacher.name()
                  + " gives "
                  + known
                  + " numbers for a picture of "
                  + shape
                  + " and student "
                  + student.name()
                  + " "
                  + learned
                  + ", expected outputs of one size");
    }
  }
}
