package dev.plumbline.host.dataset;

/**
 * What a file of a picture holds; it is looked at, not compared.
 *
 * @param picture its colours, or its greys
 * @param alpha of each pixel, row by row, 255 where it is opaque; empty if the file has none
 * @param isClipped whether greys of 16 bits above 255 became 255
 */
record Decoded(Picture picture, byte[] alpha, boolean isClipped) {
  private static final byte OPAQUE = (byte) 255;

  Decoded(Picture picture, byte[] alpha) {
    this(picture, alpha, false);
  }

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
}
