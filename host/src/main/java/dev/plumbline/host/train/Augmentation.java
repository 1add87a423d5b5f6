package dev.plumbline.host.train;

import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;

/**
 * Random changes to a picture each time it is drawn.
 *
 * @param cropPadding pixels of value 0 put around the picture, from which a window of the picture's
 *     own size is cut at random; 0 for none
 * @param flip whether every second picture, at random, is mirrored left to right
 * @param noise pixels of every second picture, at random, move by up to so many of the 255 steps,
 *     each by a number of its own, as a search moves them; 0 for none
 */
public record Augmentation(int cropPadding, boolean flip, int noise) {
  /** Pictures as they are. */
  public static final Augmentation NONE = new Augmentation(0, false, 0);

  public Augmentation {
    if (cropPadding < 0) {
      throw new IllegalArgumentException("crop padding " + cropPadding + " is below 0");
    }
    if (noise < 0 || noise > 255) {
      throw new IllegalArgumentException("noise of " + noise + " steps is not from 0 to 255");
    }
  }

  /**
   * Crops and flips in the proportion that CIFAR-10 is commonly trained with (He et al., 2016,
   * section 4.2): a padding of an eighth of the shorter side, 4 pixels of 32.
   */
  public static Augmentation cropAndFlip(PictureShape shape) {
    return new Augmentation(Math.min(shape.height(), shape.width()) / 8, true, 0);
  }

  /** With noise in the pixels; tensors have none and take none. */
  public Augmentation withNoise(int steps) {
    return new Augmentation(cropPadding, flip, steps);
  }

  /** Crops and flips of pictures; tensors stay as they are. */
  public static Augmentation usual(InputShape shape) {
    return shape instanceof PictureShape pictures ? cropAndFlip(pictures) : NONE;
  }
}
