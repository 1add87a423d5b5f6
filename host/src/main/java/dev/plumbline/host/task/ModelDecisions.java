package dev.plumbline.host.task;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Runs a model in ONNX Runtime on the host and reads its decisions.
 *
 * @param preprocessing of the model
 * @param provider runs it
 */
public record ModelDecisions(Preprocessing preprocessing, RuntimeProvider provider) {
  /**
   * What a model decides on an input.
   *
   * @param margin of the decision, {@link Task#ownMargin}
   */
  public record WithMargin(Decision decision, double margin) {}

  /** What a model decides on all pictures of a data set, and how far from leaving that it is. */
  public List<WithMargin> withMargins(
      OnnxModel model, Dataset data, String doing, Progress progress) {
    return each(
        model,
        data,
        doing,
        progress,
        (task, row) -> new WithMargin(task.decide(row), task.ownMargin(row)));
  }

  /**
   * What a model decides on all pictures of a data set.
   *
   * @param doing what progress is told, such as "evaluating a.onnx"
   */
  public List<Decision> of(OnnxModel model, Dataset data, String doing, Progress progress) {
    return each(model, data, doing, progress, Task::decide);
  }

  private <T> List<T> each(
      OnnxModel model,
      Dataset data,
      String doing,
      Progress progress,
      BiFunction<Task, float[], T> read) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin(doing, data.size())) {
      Task task = Tasks.of(model);
      List<T> all = new ArrayList<>(data.size());
      classifier.each(data, step, (index, row) -> all.add(read.apply(task, row)));
      return all;
    }
  }
}
