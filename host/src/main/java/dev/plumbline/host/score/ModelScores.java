package dev.plumbline.host.score;

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
import java.util.Optional;

/**
 * Runs a model in ONNX Runtime on the host and measures what it gives. A score needs more than
 * decisions, so it is taken in the same run as they are.
 *
 * @param preprocessing of the model
 * @param provider runs it
 */
public record ModelScores(Preprocessing preprocessing, RuntimeProvider provider) {
  /**
   * What a model decides, and how good that is.
   *
   * @param decisions one for each input
   * @param measures the most important first; none where nobody noted what is right
   */
  public record Scored(List<Decision> decisions, List<Measure> measures) {
    /** The score of the task's field. */
    public Optional<Measure> score() {
      return measures.stream().findFirst();
    }
  }

  /**
   * Measures a model on all inputs of a data set.
   *
   * @param truth what should be decided on each
   * @param rows takes what the model gave for each, too
   * @param doing what progress is told, such as "evaluating a.onnx"
   * @return the most important first
   */
  public List<Measure> measure(
      OnnxModel model,
      Dataset data,
      List<Decision> truth,
      PictureClassifier.RowSink rows,
      String doing,
      Progress progress) {
    Scorer scorer = Scorers.of(Tasks.of(model));
    each(
        model,
        data,
        doing,
        progress,
        (index, row) -> {
          scorer.add(row, truth.get(index));
          rows.accept(index, row);
        });
    return scorer.measures();
  }

  /**
   * Has a model decide on all inputs of a data set, and measures it where that can be done.
   *
   * @param truth what should be decided on each; empty where nobody noted it
   * @param doing what progress is told
   */
  public Scored decide(
      OnnxModel model,
      Dataset data,
      Optional<List<Decision>> truth,
      String doing,
      Progress progress) {
    return decide(model, data, truth, (index, row) -> {}, doing, progress);
  }

  /**
   * As {@link #decide(OnnxModel, Dataset, Optional, String, Progress)}.
   *
   * @param rows takes what the model gave for each input, too
   */
  public Scored decide(
      OnnxModel model,
      Dataset data,
      Optional<List<Decision>> truth,
      PictureClassifier.RowSink rows,
      String doing,
      Progress progress) {
    Task task = Tasks.of(model);
    Optional<Scorer> scorer = truth.map(noted -> Scorers.of(task));
    List<Decision> decisions = new ArrayList<>(data.size());
    each(
        model,
        data,
        doing,
        progress,
        (index, row) -> {
          scorer.ifPresent(s -> s.add(row, truth.orElseThrow().get(index)));
          decisions.add(task.decide(row));
          rows.accept(index, row);
        });
    return new Scored(decisions, scorer.map(Scorer::measures).orElse(List.of()));
  }

  private void each(
      OnnxModel model,
      Dataset data,
      String doing,
      Progress progress,
      PictureClassifier.RowSink sink) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin(doing, data.size())) {
      classifier.each(data, step, sink);
    }
  }
}
