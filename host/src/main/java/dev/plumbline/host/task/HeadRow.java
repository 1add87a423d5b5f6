package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;

/**
 * The row of one input, read as a detector's head: anchors, each with a box, and columns of scores.
 * There is a column for each class, or one where the graph lists objects.
 */
final class HeadRow {
  /** In pixels. */
  private static final float FARTHEST = 1e9f;

  private final DetectionHead head;
  private final HeadAddresses at;
  private final float[] row;
  private final int anchors;

  private HeadRow(DetectionHead head, HeadAddresses at, float[] row) {
    this.head = head;
    this.at = at;
    this.row = row;
    this.anchors =
        at.count() < 0 ? at.anchors() : Math.max(0, Math.min(at.anchors(), (int) row[at.count()]));
  }

  /**
   * @throws BadInputException if a number is not finite, or the head has no such rows
   */
  static HeadRow of(DetectionHead head, float[] row) {
    HeadAddresses at = head.addresses(row.length);
    for (int i = 0; i < row.length; i++) {
      if (!Float.isFinite(row[i])) {
        throw new BadInputException(
            "the model gives "
                + (Float.isNaN(row[i]) ? "not a number" : row[i])
                + " among the boxes and scores of a picture (number "
                + i
                + " of "
                + row.length
                + "), expected finite numbers");
      }
    }
    return new HeadRow(
        head, at, head.scores() == ScoreForm.SOFTMAX ? withLogSoftmax(at, row) : row);
  }

  private static float[] withLogSoftmax(HeadAddresses at, float[] row) {
    float[] made = row.clone();
    for (int a = 0; a < at.anchors(); a++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < at.logitsOfAnchor(); c++) {
        largest = Math.max(largest, row[at.logit(a, c)]);
      }
      double sum = 0;
      for (int c = 0; c < at.logitsOfAnchor(); c++) {
        sum += Math.exp(row[at.logit(a, c)] - largest);
      }
      double log = Math.log(sum) + largest;
      for (int c = 0; c < at.logitsOfAnchor(); c++) {
        made[at.logit(a, c)] = (float) (row[at.logit(a, c)] - log);
      }
    }
    return made;
  }

  DetectionHead head() {
    return head;
  }

  /** How many count. */
  int anchors() {
    return anchors;
  }

  int columns() {
    return at.classes();
  }

  /** Whether going from anchor to anchor is a smaller step than from column to column. */
  boolean isColumnMajor() {
    return at.step() < at.scoreClass();
  }

  /** How sure the model is, as the head's {@link ScoreForm} has it: more is surer. */
  float strength(int anchor, int column) {
    float number = row[at.score(anchor, column)];
    return at.objectness() < 0 ? number : number * row[at.objectness(anchor)];
  }

  /** Class of a column; below 0 where a listed object is none. */
  int label(int anchor, int column) {
    return at.label() < 0 ? column : Math.round(row[at.label() + anchor * at.step()]);
  }

  /** The column in which a class may be. */
  int columnOf(int label) {
    return at.label() < 0 ? label : 0;
  }

  Box box(int anchor, int column) {
    float a = row[at.box(anchor, 0)];
    float b = row[at.box(anchor, 1)];
    float c = row[at.box(anchor, 2)];
    float d = row[at.box(anchor, 3)];
    int x = head.width();
    int y = head.height();
    int label = label(anchor, column);
    float score = head.scores().probability(strength(anchor, column));
    return switch (head.form()) {
      case CORNERS -> box(label, score, a * x, b * y, c * x, d * y);
      case YXYX -> box(label, score, b * x, a * y, d * x, c * y);
      case CENTRE ->
          box(label, score, (a - c / 2) * x, (b - d / 2) * y, (a + c / 2) * x, (b + d / 2) * y);
    };
  }

  /** A box of a negative side is an empty one. */
  private static Box box(int label, float score, float x1, float y1, float x2, float y2) {
    float left = bounded(x1);
    float top = bounded(y1);
    return new Box(
        label,
        score,
        left,
        top,
        Math.max(left, bounded(x2)),
        Math.max(top, bounded(y2)),
        Box.Role.OBJECT);
  }

  /** Products of legal numbers may be infinite. */
  private static float bounded(float coordinate) {
    return Math.max(-FARTHEST, Math.min(FARTHEST, coordinate));
  }
}
