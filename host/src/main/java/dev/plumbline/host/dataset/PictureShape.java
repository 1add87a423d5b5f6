package dev.plumbline.host.dataset;

/**
 * Size of a picture.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height in pixels
 * @param width in pixels
 */
public record PictureShape(int channels, int height, int width) implements InputShape {
  public PictureShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "picture of " + channels + " channels, " + height + " x " + width);
    }
  }

  /** Bytes of one picture: a byte per channel and pixel. */
  @Override
  public int bytes() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  @Override
  public int elements() {
    return bytes();
  }

  @Override
  public Picture input(byte[] bytes) {
    return new Picture(this, bytes);
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
