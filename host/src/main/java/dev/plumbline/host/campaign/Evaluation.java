package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardRule;
import dev.plumbline.host.guard.Share;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.score.ModelScores;
import dev.plumbline.host.score.ModelScores.Scored;
import dev.plumbline.host.score.Scorers;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Figures of models on labelled pictures that nothing else touched.
 *
 * @param data the pictures
 * @param preprocessing of all models
 * @param provider runs them
 */
public record Evaluation(Dataset data, Preprocessing preprocessing, RuntimeProvider provider) {
  /**
   * Figures of one model.
   *
   * @param scores the measures of its task, the most important first; empty for pictures of which
   *     nothing is noted, if there is an original to agree with
   * @param agreement with the original, 0 to 1; empty without one
   * @param guarded what a guarded model defers; empty for a model without guard
   */
  public record Measured(
      List<Measure> scores, OptionalDouble agreement, Optional<Guarded> guarded) {}

  /**
   * What a guarded model defers of the pictures.
   *
   * @param deferred of all pictures
   * @param left deviations that are not deferred, of all deviations; empty without an original
   */
  public record Guarded(GuardRule rule, Share deferred, Optional<Share> left) {}

  /**
   * Measures one model.
   *
   * @param annotations file or folder of what people noted about the pictures, in place of labels
   * @throws dev.plumbline.host.BadInputException if there are neither labels, annotations nor an
   *     original, or models and pictures do not go together
   */
  public Measured measure(
      OnnxModel model,
      Optional<OnnxModel> original,
      Optional<Path> annotations,
      Progress progress) {
    original.ifPresent(o -> ModelContract.requirePair(o, model));
    Task task = original.map(o -> Tasks.ofPair(o, model)).orElseGet(() -> Tasks.of(model));
    // Read first: data of which nothing is noted end this before the model has run.
    Optional<List<Decision>> truth = truth(task, annotations, original.isPresent());
    Optional<GuardRule> guard = Guard.of(model).map(Guard::rule);
    BitSet certain = new BitSet();
    PictureClassifier.RowSink guarded =
        (index, row) ->
            guard.ifPresent(rule -> certain.set(index, rule.isCertain(task.ownMargin(row))));
    ModelScores scores = new ModelScores(preprocessing, provider);
    String doing = doing(model.fileName());
    if (original.isEmpty()) {
      return new Measured(
          scores.measure(model, data, truth.orElseThrow(), guarded, doing, progress),
          OptionalDouble.empty(),
          guard.map(rule -> new Guarded(rule, deferred(certain), Optional.empty())));
    }
    Scored scored = scores.decide(model, data, truth, guarded, doing, progress);
    List<Decision> found = scored.decisions();
    List<Decision> expected =
        new ModelDecisions(preprocessing, provider)
            .of(original.get(), data, doing(original.get().fileName()), progress);
    List<Measure> measures = new ArrayList<>(scored.measures());
    truth.ifPresent(noted -> measures.addAll(Scorers.compare(task, noted, expected, found)));
    return new Measured(
        measures,
        OptionalDouble.of(task.agreement(expected, found)),
        guard.map(
            rule ->
                new Guarded(
                    rule, deferred(certain), Optional.of(left(task, expected, found, certain)))));
  }

  private Share deferred(BitSet certain) {
    return new Share(data.size() - certain.cardinality(), data.size());
  }

  private static Share left(
      Task task, List<Decision> expected, List<Decision> found, BitSet certain) {
    int deviations = 0;
    int left = 0;
    for (int i = 0; i < found.size(); i++) {
      if (task.differ(expected.get(i), found.get(i))) {
        deviations++;
        left += certain.get(i) ? 1 : 0;
      }
    }
    return new Share(left, deviations);
  }

  private Optional<List<Decision>> truth(
      Task task, Optional<Path> annotations, boolean mayDoWithout) {
    Optional<List<Decision>> noted = Annotations.find(annotations, task, data);
    // The kind knows what to say of data without.
    return noted.isPresent() || mayDoWithout ? noted : Optional.of(task.annotated(data));
  }

  /**
   * What a model decides on all pictures, and its score.
   *
   * @param truth what should be decided on each; empty where nobody noted it
   * @param name what progress calls the model
   */
  Scored scored(OnnxModel model, Optional<List<Decision>> truth, String name, Progress progress) {
    return new ModelScores(preprocessing, provider)
        .decide(model, data, truth, doing("the " + name + " model"), progress);
  }

  private static String doing(String name) {
    return "evaluating " + name;
  }
}
