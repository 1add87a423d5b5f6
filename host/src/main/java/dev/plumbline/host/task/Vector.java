package dev.plumbline.host.task;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an embedding makes of an input.
 *
 * @param values finite; not all of them are zero
 */
public record Vector(Floats values) implements Decision {
  static final String KEY = "vector";

  public Vector {
    values.requireFinite();
  }

  /** A decision of an embedding. */
  public static Vector of(Decision decision) {
    return (Vector) decision;
  }

  /**
   * The cosine of the angle to another vector, -1 to 1.
   *
   * @throws IllegalArgumentException if that has another number of dimensions
   */
  public double cosine(Vector other) {
    return Math.max(-1, Math.min(1, 1 - chord(other) * chord(other) / 2));
  }

  /**
   * The distance of the two vectors' directions on the unit sphere, 0 to 2. It tells small angles
   * apart, of which the cosine is rounded to 1.
   */
  double chord(Vector other) {
    if (values.length() != other.values.length()) {
      throw new IllegalArgumentException(
          "vectors of " + values.length() + " and " + other.values.length() + " numbers");
    }
    double own = length();
    double others = other.length();
    double sum = 0;
    for (int i = 0; i < values.length(); i++) {
      double apart = values.get(i) / own - other.values.get(i) / others;
      sum += apart * apart;
    }
    return Math.sqrt(sum);
  }

  /** The same direction, of length 1, rounded to float32. */
  public float[] direction() {
    double length = length();
    float[] direction = new float[values.length()];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (float) (values.get(i) / length);
    }
    return direction;
  }

  /** The cosine of two directions, rounded to float32. */
  public static float dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }

  double length() {
    double sum = 0;
    for (int i = 0; i < values.length(); i++) {
      sum += (double) values.get(i) * values.get(i);
    }
    return Math.sqrt(sum);
  }

  /** A direction has no confidence. */
  @Override
  public float confidence() {
    return 1;
  }

  @Override
  public String text(List<String> classNames) {
    return String.format(
        Locale.ROOT, "a vector of %d numbers, length %.4g", values.length(), length());
  }

  @Override
  public String identity() {
    return values.base64();
  }

  @Override
  public Map<String, Object> json() {
    return Map.of(KEY, values.base64());
  }
}
