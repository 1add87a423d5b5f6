package dev.plumbline.host.dataset;

import java.util.Arrays;

/**
 * What a file of a picture holds.
 *
 * @param picture its colours, or its greys
 * @param alpha of each pixel, row by row, 255 where it is opaque; empty if the file has none
 */
record Decoded(Picture picture, byte[] alpha) {
  private static final byte OPAQUE = (byte) 255;

  static Decoded opaque(Picture picture) {
    return new Decoded(picture, new byte[0]);
  }

  /** Whether a pixel lets through what is behind it. */
  boolean isTransparent() {
    for (byte each : alpha) {
      if (each != OPAQUE) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Decoded that
        && picture.equals(that.picture)
        && Arrays.equals(alpha, that.alpha);
  }

  @Override
  public int hashCode() {
    return 31 * picture.hashCode() + Arrays.hashCode(alpha);
  }

  @Override
  public String toString() {
    return "Decoded[" + picture + (alpha.length == 0 ? "" : " with alpha") + "]";
  }
}
