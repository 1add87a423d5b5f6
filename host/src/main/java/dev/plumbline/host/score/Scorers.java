package dev.plumbline.host.score;

import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Detection;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Keypoints;
import dev.plumbline.host.task.MultiLabel;
import dev.plumbline.host.task.Regression;
import dev.plumbline.host.task.Segmentation;
import dev.plumbline.host.task.Sequence;
import dev.plumbline.host.task.Task;

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
    return new Accuracy(task);
  }
}
