package dev.plumbline.host.task;

/**
 * An object on a picture. Coordinates are pixels of the picture at the model's resolution, from its
 * left and upper edge; they may lie outside of it.
 *
 * @param label number of its class, at least 0
 * @param score how sure the model is of it, 0 to 1; 1 for what people noted
 * @param x1 left edge
 * @param y1 upper edge
 * @param x2 right edge, at least {@code x1}
 * @param y2 lower edge, at least {@code y1}
 * @param role what it counts for
 */
public record Box(int label, float score, float x1, float y1, float x2, float y2, Role role) {
  /** What a noted object counts for. Models find objects only. */
  public enum Role {
    /** A model must find it. */
    OBJECT,
    /** Many objects in one box: a model may find any part of it. */
    CROWD,
    /** A model may find it or not. */
    IGNORED
  }

  public Box {
    if (label < 0 || !(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("an object of class " + label + ", score " + score);
    }
    if (!(x2 >= x1 && y2 >= y1)) {
      throw new IllegalArgumentException(
          "a box from " + x1 + "," + y1 + " to " + x2 + "," + y2 + ", expected x1,y1 before x2,y2");
    }
  }

  /** An object that people noted. */
  public static Box noted(int label, double x1, double y1, double x2, double y2, Role role) {
    return new Box(label, 1, (float) x1, (float) y1, (float) x2, (float) y2, role);
  }

  /** In pixels squared. */
  public double area() {
    return ((double) x2 - x1) * ((double) y2 - y1);
  }

  /** Intersection over union of the two boxes, 0 to 1; 0 where both are empty. */
  public double iou(Box other) {
    double shared = shared(other);
    double union = area() + other.area() - shared;
    return union > 0 ? shared / union : 0;
  }

  /** The area of both boxes, in pixels squared. */
  public double shared(Box other) {
    double width = (double) Math.min(x2, other.x2) - Math.max(x1, other.x1);
    double height = (double) Math.min(y2, other.y2) - Math.max(y1, other.y1);
    return width > 0 && height > 0 ? width * height : 0;
  }

  /**
   * Whether a box that a model found is accounted for by this one, which people noted or another
   * model found.
   *
   * @param found of the same class or not
   * @param least intersection over union; of a crowd, the share of the found box that lies in it
   */
  boolean accountsFor(Box found, double least) {
    if (label != found.label) {
      return false;
    }
    if (role == Role.CROWD) {
      return found.area() > 0 && shared(found) / found.area() >= least;
    }
    return iou(found) >= least;
  }

  /** The box to a hundredth of a pixel and its score to a millionth: files stay short. */
  Box rounded() {
    return new Box(
        label,
        (float) (Math.rint(score * 1e6) / 1e6),
        hundredth(x1),
        hundredth(y1),
        hundredth(x2),
        hundredth(y2),
        role);
  }

  private static float hundredth(float value) {
    return (float) (Math.rint(value * 100.0) / 100.0);
  }
}
