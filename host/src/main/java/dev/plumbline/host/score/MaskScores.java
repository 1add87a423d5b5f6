package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Mask;
import dev.plumbline.host.task.MaskOverlap;
import dev.plumbline.host.task.Segmentation;
import java.util.List;

/**
 * Mean intersection over union of the classes, and the share of right pixels: both of all pixels of
 * all pictures together that somebody noted a class of.
 */
final class MaskScores implements Scorer {
  private final Segmentation task;
  private final MaskOverlap overlap = new MaskOverlap();

  MaskScores(Segmentation task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    overlap.add(Mask.of(truth), task.decide(row));
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.rate("mean_iou", "mean IoU", task.meanIou(overlap)),
        Measure.rate("pixel_accuracy", "pixel accuracy", overlap.accuracy()));
  }
}
