package dev.plumbline.host.autograd;

/**
 * One axis of a resized picture.
 *
 * @param in its size before
 * @param out its size after
 * @param scale the factor, of which {@code out} is the whole part; single precision as the device
 *     computes, so that ties round alike
 */
record ResizedAxis(int in, int out, float scale) {

  /** The axis under a factor. */
  static ResizedAxis scaled(long in, float scale) {
    return new ResizedAxis(Math.toIntExact(in), (int) (scale * in), scale);
  }

  /** The axis under a size. */
  static ResizedAxis sized(long in, long out) {
    return new ResizedAxis(Math.toIntExact(in), Math.toIntExact(out), (float) out / in);
  }

  /** Whether every element stays what it is. */
  boolean unchanged() {
    return in == out && scale == 1;
  }
}
