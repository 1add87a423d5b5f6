package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
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
  public record Softness(double temperature, double hardShare) {}

  /**
   * Number of classes that the teacher tells apart, found by running it.
   *
   * @throws BadInputException if it does not take such pictures
   */
  public int classes(PictureShape shape) {
    return classes(teacher, shape);
  }

  private int classes(OnnxModel model, PictureShape shape) {
    return ModelContract.of(model).classes(shape, preprocessing);
  }

  /**
   * Trains a student.
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
    requireSameClasses(student, parts.get(0).data().shape());
    try (DifferentiableGraph taught =
            DifferentiableGraph.trainable(student, accelerator.torchDevice());
        DifferentiableGraph teaching =
            DifferentiableGraph.frozen(teacher, accelerator.torchDevice())) {
      Trainer.distilling(taught, preprocessing, WeightMasks.ofZeros(student), teaching, loss)
          .withHardShare(softness.hardShare())
          .train(parts, settings, listener, progress);
      String how =
          "distilled temperature " + softness.temperature() + " hard share " + softness.hardShare();
      return new Provenance(how, teacher.sha256()).write(taught.export());
    }
  }

  private void requireSameClasses(OnnxModel student, PictureShape shape) {
    int known = classes(shape);
    int learned = classes(student, shape);
    if (known != learned) {
      throw new BadInputException(
          "teacher "
              + teacher.name()
              + " tells "
              + known
              + " classes apart and student "
              + student.name()
              + " "
              + learned
              + ", expected the same number");
    }
  }
}
