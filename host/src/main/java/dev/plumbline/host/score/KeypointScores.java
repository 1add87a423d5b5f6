package dev.plumbline.host.score;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Keypoints;
import dev.plumbline.host.task.Keypoints.Pck.Reference;
import dev.plumbline.host.task.Points;
import java.util.List;

/**
 * The percentage of correct keypoints, as a share: annotated points whose distance is below a share
 * of a reference length; and the mean distance, in the unit of the task. Points that are not
 * annotated do not count.
 */
final class KeypointScores implements Scorer {
  private final Keypoints task;
  private long points;
  private long right;
  private double distance;

  KeypointScores(Keypoints task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    Points found = task.decide(row);
    Points expected = Points.of(truth);
    if (found.count() != expected.count()) {
      throw new BadInputException(
          "the model gives "
              + found.count()
              + " keypoints for a picture and the annotations "
              + expected.count()
              + ", expected as many");
    }
    double within = task.pck().share() * length(expected);
    for (int k = 0; k < expected.count(); k++) {
      if (expected.isThere(k)) {
        double apart = task.apart(expected, found, k);
        points++;
        distance += apart;
        right += apart < within ? 1 : 0;
      }
    }
  }

  /** The reference length of a picture, in the unit of distances. */
  private double length(Points expected) {
    if (task.pck().reference() == Reference.PICTURE) {
      return task.largerSide();
    }
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < expected.count(); k++) {
      if (expected.isThere(k)) {
        left = Math.min(left, expected.x(k));
        right = Math.max(right, expected.x(k));
        top = Math.min(top, expected.y(k));
        bottom = Math.max(bottom, expected.y(k));
      }
    }
    return Math.max(task.distance(right - left, 0), task.distance(0, bottom - top));
  }

  @Override
  public List<Measure> measures() {
    if (points == 0) {
      throw new BadInputException("no point is annotated on any picture, expected at least one");
    }
    return List.of(
        Measure.share("pck", "PCK at " + task.pck().share(), (double) right / points),
        Measure.error("mean_distance", "mean distance", distance / points));
  }
}
