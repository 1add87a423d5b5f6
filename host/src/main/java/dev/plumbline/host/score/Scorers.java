package dev.plumbline.host.score;

import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Detection;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Keypoints;
import dev.plumbline.host.task.MultiLabel;
import dev.plumbline.host.task.Regression;
import dev.plumbline.host.task.Segmentation;
import dev.plumbline.host.task.Sequence;
import dev.plumbline.host.task.Task;
import java.util.List;

/** Which measure goes with which task: a line for each kind. */
public final class Scorers {
  private Scorers() {}

  /** A new scorer for models of a task. */
  public static Scorer of(Task task) {
    if (task instanceof Classification classification) {
      return new ClassificationScores(classification);
    }
    if (task instanceof MultiLabel multiLabel) {
      return new MultiLabelScores(multiLabel);
    }
    if (task instanceof Sequence sequence) {
      return new CharacterErrors(sequence);
    }
    if (task instanceof Embedding embedding) {
      return new EmbeddingScores(embedding);
    }
    if (task instanceof Regression regression) {
      return new RegressionScores(regression);
    }
    if (task instanceof Keypoints keypoints) {
      return new KeypointScores(keypoints);
    }
    if (task instanceof Detection detection) {
      return new DetectionScores(detection);
    }
    if (task instanceof Segmentation segmentation) {
      return new MaskScores(segmentation);
    }
    throw new IllegalStateException("no scorer of " + task.kind());
  }

  /**
   * Figures of how two models differ beyond their agreement, where a kind has some.
   *
   * @param truth what the data say, by input
   * @param original what one model decides, by input
   * @param compressed what the other one decides, by input
   */
  public static List<Measure> compare(
      Task task, List<Decision> truth, List<Decision> original, List<Decision> compressed) {
    return task instanceof Embedding embedding
        ? PairFlips.of(embedding, truth, original, compressed).measures()
        : List.of();
  }
}
