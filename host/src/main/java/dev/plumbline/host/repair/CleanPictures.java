package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.score.ModelScores;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Pictures as they are, to see that a repair spoils nothing; it does not learn from them.
 *
 * @param data the pictures
 * @param truth what should be decided on each; empty where nobody noted it, and then the agreement
 *     with the original is guarded
 */
public record CleanPictures(Dataset data, Optional<List<Decision>> truth) {

  /**
   * Pictures of which something was noted.
   *
   * @param noted what should be decided on each; empty for what the labels say
   */
  public static CleanPictures of(Dataset data, Task task, Optional<List<Decision>> noted) {
    return noted.isPresent() ? new CleanPictures(data, noted) : of(data, task);
  }

  /** Pictures whose labels are the truth if they have any that a model of the task decides. */
  public static CleanPictures of(Dataset data, Task task) {
    boolean decided = data.isLabelled() && task.annotated(data, 0).isPresent();
    return new CleanPictures(data, decided ? Optional.of(task.annotated(data)) : Optional.empty());
  }

  /**
   * Figures of a model on the pictures, in ONNX Runtime.
   *
   * @param score of the task's field; empty where nobody noted what is right
   * @param agreement with the original's decision, 0 to 1
   */
  public record Rates(Optional<Measure> score, double agreement) {
    /** As files have it, where an accuracy has a place of its own. */
    static Rates of(OptionalDouble accuracy, Optional<Measure> otherScore, double agreement) {
      return new Rates(
          otherScore.or(
              () ->
                  accuracy.isPresent()
                      ? Optional.of(Measure.accuracy(accuracy.getAsDouble()))
                      : Optional.empty()),
          agreement);
    }

    /** With the true label, 0 to 1; empty where the score is another one, or none. */
    OptionalDouble accuracy() {
      return score.isPresent() && score.get().isAccuracy()
          ? OptionalDouble.of(score.get().value())
          : OptionalDouble.empty();
    }

    /** The score where it is no accuracy. */
    Optional<Measure> otherScore() {
      return score.filter(measure -> !measure.isAccuracy());
    }

    /** What a repair must not spoil: the score, or the agreement where there is none. */
    Measure guarded() {
      return score.orElseGet(
          () -> Measure.share("agreement", "agreement with the original", agreement));
    }
  }

  /** What a model in ONNX Runtime decides on each picture. */
  ModelScores.Scored decided(ModelScores scores, OnnxModel model, Progress progress) {
    return scores.decide(model, data, truth, "evaluating on clean pictures", progress);
  }

  /**
   * @param found decisions of the model in question, and its score
   * @param original decisions of the original
   */
  static Rates rates(Task task, ModelScores.Scored found, List<Decision> original) {
    return new Rates(found.score(), task.agreement(original, found.decisions()));
  }
}
