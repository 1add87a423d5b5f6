package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardRule;
import dev.plumbline.host.guard.Share;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.robustness.Fgsm;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.score.Scorer;
import dev.plumbline.host.score.Scorers;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Figures of models on labelled pictures that nothing else touched.
 *
 * @param data the pictures
 * @param preprocessing of all models
 * @param provider runs them
 */
public record Evaluation(Dataset data, Preprocessing preprocessing, RuntimeProvider provider) {
  private static final int ATTACK_BATCH = 100;

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
    Optional<Scorer> scorer = truth.map(noted -> Scorers.of(task));
    List<Decision> found = new ArrayList<>();
    Optional<GuardRule> guard = Guard.of(model).map(Guard::rule);
    BitSet certain = new BitSet();
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("evaluating " + model.fileName(), data.size())) {
      classifier.each(
          data,
          step,
          (index, row) -> {
            scorer.ifPresent(s -> s.add(row, truth.orElseThrow().get(index)));
            if (original.isPresent()) {
              found.add(task.decide(row));
            }
            guard.ifPresent(rule -> certain.set(index, rule.isCertain(task.ownMargin(row))));
          });
    }
    List<Measure> scores = new ArrayList<>(scorer.map(Scorer::measures).orElse(List.of()));
    if (original.isEmpty()) {
      return new Measured(
          scores,
          OptionalDouble.empty(),
          guard.map(rule -> new Guarded(rule, deferred(certain), Optional.empty())));
    }
    List<Decision> expected = decisions(original.get(), progress);
    truth.ifPresent(noted -> scores.addAll(Scorers.compare(task, noted, expected, found)));
    return new Measured(
        scores,
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
    if (annotations.isPresent()) {
      return Optional.of(Annotations.read(annotations.get(), task, data));
    }
    boolean labels = data.isLabelled() && task.takesLabels();
    return labels || !mayDoWithout ? Optional.of(task.annotated(data)) : Optional.empty();
  }

  private List<Decision> decisions(OnnxModel model, Progress progress) {
    return new ModelDecisions(preprocessing, provider)
        .of(model, data, "evaluating " + model.fileName(), progress);
  }

  CleanFigures clean(
      OnnxModel original, OnnxModel compressed, OnnxModel repaired, Progress progress) {
    Task task = Tasks.ofPair(original, compressed);
    List<Decision> truth = task.annotated(data);
    List<Decision> o = decisions(original, "original", progress);
    List<Decision> c = decisions(compressed, "compressed", progress);
    List<Decision> r = decisions(repaired, "repaired", progress);
    return new CleanFigures(
        task.agreement(truth, o),
        task.agreement(truth, c),
        task.agreement(truth, r),
        task.agreement(o, c),
        task.agreement(o, r));
  }

  AttackFigures attack(
      OnnxModel original,
      OnnxModel compressed,
      OnnxModel repaired,
      List<Integer> epsilons,
      Device device,
      Progress progress) {
    return new AttackFigures(
        attack(original, epsilons, device, progress),
        attack(compressed, epsilons, device, progress),
        attack(repaired, epsilons, device, progress));
  }

  /** White-box on the differentiable form of a model, judged on the model itself. */
  public Map<Integer, Double> attack(
      OnnxModel model, List<Integer> epsilons, Device device, Progress progress) {
    Map<Integer, Double> accuracy = new TreeMap<>();
    Task task = Tasks.of(model);
    ModelContract.of(model).requireClasses(data, preprocessing);
    List<Decision> truth = task.annotated(data);
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, device);
        PictureClassifier judge = PictureClassifier.open(model, preprocessing, provider)) {
      for (int epsilon : epsilons) {
        List<Picture> attacked =
            Fgsm.attack(graph, preprocessing, data, truth, epsilon, ATTACK_BATCH, progress);
        accuracy.put(epsilon, task.agreement(truth, task.decide(judge.logits(attacked))));
      }
    }
    return accuracy;
  }

  /** What a model decides on all pictures. */
  List<Decision> decisions(OnnxModel model, String name, Progress progress) {
    return new ModelDecisions(preprocessing, provider)
        .of(model, data, "evaluating the " + name + " model", progress);
  }
}
