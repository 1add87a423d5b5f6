package dev.plumbline.host.compress;

/**
 * Where an activation is cut off.
 *
 * @param low may be minus infinity
 * @param high may be infinity
 */
record Bounds(float low, float high) {
  /** Those of a Relu. */
  static final Bounds POSITIVE = new Bounds(0, Float.POSITIVE_INFINITY);
}
