package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.task.Boxes;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Mask;
import dev.plumbline.host.task.Points;
import java.util.List;
import java.util.Optional;

/** Paints decisions that can be seen on their pictures: a line for each kind. */
public final class DecisionDrawing {
  private DecisionDrawing() {}

  /**
   * The picture with the decision on it.
   *
   * @param input nothing is painted on tensors
   * @param classNames by number; a class without a name is told by its number
   * @return of the size of the picture, in colour where need be; empty for decisions that are told
   *     in words alone
   */
  public static Optional<Picture> draw(Decision decision, Input input, List<String> classNames) {
    if (!(input instanceof Picture picture)) {
      return Optional.empty();
    }
    if (decision instanceof Boxes boxes) {
      return Optional.of(BoxesPainter.paint(boxes, picture, classNames));
    }
    if (decision instanceof Mask mask) {
      return Optional.of(MaskPainter.paint(mask, picture));
    }
    if (decision instanceof Points points) {
      return Optional.of(PointsPainter.paint(points, picture));
    }
    return Optional.empty();
  }
}
