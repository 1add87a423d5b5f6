package dev.plumbline.host.precision;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a model is from the original on clean pictures.
 *
 * @param pictures how many
 * @param natural of them, on which the decisions differ: natural deviations
 * @param margin root mean square of the difference between the margins that both models have for
 *     the original's decision
 */
public record CleanError(int pictures, int natural, double margin) {
  /** What the original decides on clean pictures, with its margins. */
  public static final class Reference {
    private final Task task;
    private final Dataset pictures;
    private final Preprocessing preprocessing;
    private final RuntimeProvider provider;
    private final Progress progress;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Double> margins = new ArrayList<>();

    public Reference(
        OnnxModel original,
        Dataset pictures,
        Preprocessing preprocessing,
        RuntimeProvider provider,
        Progress progress) {
      this.task = Tasks.of(original);
      this.pictures = pictures;
      this.preprocessing = preprocessing;
      this.provider = provider;
      this.progress = progress;
      each(
          "the original",
          original,
          (index, row) -> {
            decisions.add(task.decide(row));
            margins.add(task.margin(row, decisions.get(index)));
          });
    }

    /**
     * Runs a model on the same pictures.
     *
     * @param name for people
     */
    public CleanError of(String name, OnnxModel model) {
      int[] natural = {0};
      double[] squares = {0};
      each(
          name,
          model,
          (index, row) -> {
            Decision expected = decisions.get(index);
            natural[0] += task.differ(expected, task.decide(row)) ? 1 : 0;
            double apart = task.margin(row, expected) - margins.get(index);
            squares[0] += apart * apart;
          });
      return new CleanError(
          pictures.size(), natural[0], Math.sqrt(squares[0] / Math.max(1, pictures.size())));
    }

    private void each(String name, OnnxModel model, PictureClassifier.RowSink sink) {
      try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
          Progress.Step step =
              progress.begin("running " + name + " on clean data", pictures.size())) {
        classifier.each(pictures, step, sink);
      }
    }
  }
}
