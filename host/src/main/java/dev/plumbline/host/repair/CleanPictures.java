package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Pictures as they are, to see that a repair spoils nothing; it does not learn from them.
 *
 * @param data the pictures
 * @param labelled whether their labels are the truth
 */
public record CleanPictures(Dataset data, boolean labelled) {

  /**
   * Shares of the pictures in ONNX Runtime, 0 to 1.
   *
   * @param accuracy with the true label; empty if that is not known
   * @param agreement with the original's label
   */
  public record Rates(OptionalDouble accuracy, double agreement) {
    /** What a repair must not lower: accuracy, or agreement where there are no labels. */
    double guarded() {
      return accuracy.orElse(agreement);
    }
  }

  /** The label of each picture by a model in ONNX Runtime. */
  int[] labels(
      OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider, Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("evaluating on clean pictures", data.size())) {
      return Logits.labels(classifier.logits(data, step));
    }
  }

  /**
   * @param labels by the model in question
   * @param original labels by the original
   */
  Rates rates(int[] labels, int[] original) {
    OptionalDouble accuracy =
        labelled
            ? OptionalDouble.of(
                Logits.agreement(
                    labels, IntStream.range(0, data.size()).map(data::label).toArray()))
            : OptionalDouble.empty();
    return new Rates(accuracy, Logits.agreement(labels, original));
  }
}
