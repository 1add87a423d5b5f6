package dev.plumbline.host.task;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often a model decides as the model it was made from, in ONNX Runtime.
 *
 * @param pictures that both models were run on, at least 1
 * @param same of them, with the same decision
 */
public record Agreement(int pictures, int same) {
  /** With so many pictures a share is known within 6 points (95 %); more would take long. */
  private static final int MOST = 256;

  public Agreement {
    if (pictures < 1 || same < 0 || same > pictures) {
      throw new IllegalArgumentException(same + " of " + pictures + " decisions");
    }
  }

  /**
   * Runs both models on the first pictures of a data set, 256 at most.
   *
   * @throws dev.plumbline.host.BadInputException if ONNX Runtime refuses a model, or one does not
   *     take the pictures
   */
  public static Agreement of(
      OnnxModel parent,
      OnnxModel made,
      Preprocessing preprocessing,
      Dataset pictures,
      RuntimeProvider provider,
      Progress progress) {
    Dataset some = Datasets.range(pictures, Range.of(0, Math.min(MOST, pictures.size())));
    Task task = Tasks.ofPair(parent, made);
    return of(
        task,
        decisions(task, parent, preprocessing, some, provider, progress),
        decisions(task, made, preprocessing, some, provider, progress));
  }

  /** Of what two models gave for the same pictures, a row for each. */
  public static Agreement of(Task task, float[][] parent, float[][] made) {
    return of(task, task.decide(parent), task.decide(made));
  }

  /** Of decisions on the same pictures. */
  public static Agreement of(
      Task task, List<? extends Decision> parent, List<? extends Decision> made) {
    return new Agreement(parent.size(), parent.size() - task.differing(parent, made));
  }

  /** Rows may be large: each is let go of once it is decided. */
  private static List<Decision> decisions(
      Task task,
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset pictures,
      RuntimeProvider provider,
      Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("comparing " + model.fileName(), pictures.size())) {
      List<Decision> decisions = new ArrayList<>(pictures.size());
      classifier.each(pictures, step, (index, row) -> decisions.add(task.decide(row)));
      return decisions;
    }
  }

  /** Logits of all pictures, whatever classes the data lists: labels play no part. */
  public static float[][] logits(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset pictures,
      RuntimeProvider provider,
      Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("comparing " + model.fileName(), pictures.size())) {
      List<Input> all = IntStream.range(0, pictures.size()).mapToObj(pictures::input).toList();
      return classifier.logits(all, step);
    }
  }

  /** Share of the pictures, 0 to 1. */
  public double share() {
    return (double) same / pictures;
  }
}
