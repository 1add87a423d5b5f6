package dev.plumbline.host.dataset;

/**
 * How a decoded picture becomes one of the model's resolution. What comes out is what is searched,
 * saved, sent to devices and judged.
 */
public record Geometry() {
  private static final Geometry NONE = new Geometry();

  /** Leaves pictures as they are decoded: they must have the model's size. */
  public static Geometry none() {
    return NONE;
  }

  /** Whether every picture stays as it is. */
  public boolean isNone() {
    return true;
  }

  /** A picture at the model's resolution. */
  public Picture apply(Picture decoded) {
    return decoded;
  }
}
