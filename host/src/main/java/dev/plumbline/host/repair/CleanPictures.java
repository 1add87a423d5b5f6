package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Pictures as they are, to see that a repair spoils nothing; it does not learn from them.
 *
 * @param data the pictures
 * @param labelled whether their labels are the truth
 */
public record CleanPictures(Dataset data, boolean labelled) {

  /** Pictures whose labels are the truth if there are any; else the agreement is guarded. */
  public static CleanPictures of(Dataset data) {
    return new CleanPictures(data, data.isLabelled());
  }

  /**
   * Shares of the pictures in ONNX Runtime, 0 to 1.
   *
   * @param accuracy with the true label; empty if that is not known
   * @param agreement with the original's decision
   */
  public record Rates(OptionalDouble accuracy, double agreement) {
    /** What a repair must not lower: accuracy, or agreement where there are no labels. */
    double guarded() {
      return accuracy.orElse(agreement);
    }
  }

  /** What a model in ONNX Runtime decides on each picture. */
  List<Decision> decisions(
      OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider, Progress progress) {
    return new ModelDecisions(preprocessing, provider)
        .of(model, data, "evaluating on clean pictures", progress);
  }

  /**
   * @param found decisions of the model in question
   * @param original decisions of the original
   */
  Rates rates(Task task, List<Decision> found, List<Decision> original) {
    OptionalDouble accuracy =
        labelled && task.annotated(data, 0).isPresent()
            ? OptionalDouble.of(task.agreement(task.annotated(data), found))
            : OptionalDouble.empty();
    return new Rates(accuracy, task.agreement(original, found));
  }
}
