package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Calibration;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardSamples;
import dev.plumbline.host.guard.GuardSplit;
import dev.plumbline.host.guard.GuardTarget;
import dev.plumbline.host.guard.GuardedModel;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.List;
import java.util.Optional;

/**
 * Calibrates the guard band of a compressed model. Both models run in ONNX Runtime on the host.
 *
 * @param original of the pair, as it is read
 * @param compressed of the pair, as it is read
 * @param preprocessing of both models
 */
public record GuardStudy(
    OnnxModel original,
    OnnxModel compressed,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    Progress progress) {

  /**
   * @throws BadInputException if the models are no pair, their decisions have no margin, or the
   *     compressed model is guarded already
   */
  public GuardStudy {
    requireGuardable(original, compressed);
  }

  /**
   * @throws BadInputException if the models are no pair, their decisions have no margin, or the
   *     compressed model is guarded already
   */
  static void requireGuardable(OnnxModel original, OnnxModel compressed) {
    ModelContract.requirePair(original, compressed);
    GuardedModel.requireUnguarded(compressed);
    Task task = Tasks.ofPair(original, compressed);
    if (!task.hasOwnMargin()) {
      throw new BadInputException(
          "decisions of the task "
              + task.kind()
              + " of model "
              + compressed.name()
              + " have no margin of their own, expected a task whose decisions have a boundary for"
              + " a guard band");
    }
  }

  /**
   * Finds the threshold.
   *
   * @param corpora of these two models, at least one
   * @param clean pictures that no search has touched
   * @param randomSeed of the split into halves
   * @throws BadInputException if a corpus is of other models, or there is too little data
   */
  public Guard calibrate(List<Corpus> corpora, Dataset clean, GuardTarget target, long randomSeed) {
    corpora.forEach(this::requireOwn);
    ModelContract.of(compressed).requireInputs(clean, preprocessing);
    GuardSamples samples = new GuardSamples(new GuardSplit(randomSeed));
    addClean(clean, samples);
    DeviationMargins deviations = new DeviationMargins(compressed, provider, progress);
    for (Corpus corpus : corpora) {
      deviations.each(
          corpus, (input, margin) -> samples.addDeviation(corpus.seed(input.seed()), margin));
    }
    return new Guard(
        original.sha256(),
        compressed.sha256(),
        Tasks.of(compressed).severityUnit(),
        target,
        randomSeed,
        Calibration.of(samples, target),
        Optional.empty());
  }

  private void requireOwn(Corpus corpus) {
    corpus.requireModels(original.sha256(), compressed.sha256());
    boolean same =
        corpus.header().preprocessing().equals(preprocessing)
            && corpus.header().task().equals(Tasks.of(compressed));
    if (!same) {
      throw new BadInputException(
          "corpus "
              + corpus.folder()
              + " was made with another preprocessing or task than the first corpus, expected the"
              + " same");
    }
  }

  private void addClean(Dataset clean, GuardSamples samples) {
    List<Decision> expected =
        new ModelDecisions(preprocessing, provider)
            .of(original, clean, "running the original on clean pictures", progress);
    Task task = Tasks.of(compressed);
    try (PictureClassifier classifier =
            PictureClassifier.open(compressed, preprocessing, provider);
        Progress.Step step =
            progress.begin("running the compressed model on clean pictures", clean.size())) {
      classifier.each(
          clean,
          step,
          (index, row) ->
              samples.addClean(
                  clean.input(index),
                  task.ownMargin(row),
                  task.differ(expected.get(index), task.decide(row))));
    }
  }
}
