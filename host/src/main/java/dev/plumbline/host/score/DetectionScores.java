package dev.plumbline.host.score;

import dev.plumbline.host.task.Boxes;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Detection;
import java.util.List;

/** Mean average precision of a detector, as COCO has it: of unsure objects, too. */
final class DetectionScores implements Scorer {
  /** As is usual: a curve of precision over recall needs the unsure ones. */
  private static final double LEAST_SCORE = 0.001;

  private final Detection task;
  private final AveragePrecision precision = new AveragePrecision();

  DetectionScores(Detection task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    precision.add(
        task.objects(row, Math.min(LEAST_SCORE, task.score())).objects(),
        Boxes.of(truth).objects());
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.rate("map", "mAP@[.50:.95]", precision.mean()),
        Measure.rate("map_50", "mAP@.50", precision.meanAtHalf()));
  }
}
