package dev.plumbline.host.corpus;

import dev.plumbline.host.dataset.Picture;

/**
 * How far two pictures are apart, in units of the [0,1] pixel range, over all channels and pixels.
 *
 * @param rms root of the mean squared difference, 0 to 1
 * @param linf largest absolute difference, 0 to 1
 */
public record PictureDistance(double rms, double linf) {

  /** Both have one shape. */
  public static PictureDistance between(Picture a, Picture b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException("pictures of " + a.shape() + " and " + b.shape());
    }
    byte[] left = a.pixels();
    byte[] right = b.pixels();
    long squares = 0;
    int largest = 0;
    for (int i = 0; i < left.length; i++) {
      int difference = Math.abs((left[i] & 0xff) - (right[i] & 0xff));
      squares += (long) difference * difference;
      largest = Math.max(largest, difference);
    }
    return new PictureDistance(Math.sqrt((double) squares / left.length) / 255.0, largest / 255.0);
  }
}
