package dev.plumbline.host.dataset;

import java.util.Arrays;

/**
 * An input as 8-bit pixels, as a camera or a file gives it.
 *
 * @param shape its size
 * @param pixels unsigned bytes, channel by channel (RGB), row by row; not to be changed
 */
public record Picture(PictureShape shape, byte[] pixels) implements Input {
  public Picture {
    if (pixels.length != shape.bytes()) {
      throw new IllegalArgumentException(
          "a picture of " + shape + " has " + shape.bytes() + " bytes, not " + pixels.length);
    }
  }

  /** The pixels. */
  @Override
  public byte[] bytes() {
    return pixels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Picture that
        && shape.equals(that.shape)
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "Picture[" + shape + "]";
  }
}
