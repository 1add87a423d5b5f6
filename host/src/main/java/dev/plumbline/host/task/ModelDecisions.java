package dev.plumbline.host.task;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a model in ONNX Runtime on the host and reads its decisions.
 *
 * @param preprocessing of the model
 * @param provider runs it
 */
public record ModelDecisions(Preprocessing preprocessing, RuntimeProvider provider) {
  /**
   * What a model decides on all pictures of a data set.
   *
   * @param doing what progress is told, such as "evaluating a.onnx"
   */
  public List<Decision> of(OnnxModel model, Dataset data, String doing, Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin(doing, data.size())) {
      Task task = Tasks.of(model);
      List<Decision> decisions = new ArrayList<>(data.size());
      classifier.each(data, step, (index, row) -> decisions.add(task.decide(row)));
      return decisions;
    }
  }
}
