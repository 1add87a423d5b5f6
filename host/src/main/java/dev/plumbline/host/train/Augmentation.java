package dev.plumbline.host.train;

import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;

/**
 * Random changes to a picture each time it is drawn.
 *
 * @param cropPadding pixels of value 0 put around the picture, from which a window of the picture's
 *     own size is cut at random; 0 for none
 * @param flip whether every second picture, at random, is mirrored left to right
 */
public record Augmentation(int cropPadding, boolean flip) {
  /** Pictures as they are. */
  public static final Augmentation NONE = new Augmentation(0, false);

  public Augmentation {
    if (cropPadding < 0) {
      throw new IllegalArgumentException("crop padding " + cropPadding + " is below 0");
    }
  }

  /**
   * Crops and flips in the proportion that CIFAR-10 is commonly trained with (He et al., 2016,
   * section 4.2): a padding of an eighth of the shorter side, 4 pixels of 32.
   */
  public static Augmentation cropAndFlip(PictureShape shape) {
    return new Augmentation(Math.min(shape.height(), shape.width()) / 8, true);
  }

  /** Crops and flips of pictures; tensors stay as they are. */
  public static Augmentation usual(InputShape shape) {
    return shape instanceof PictureShape pictures ? cropAndFlip(pictures) : NONE;
  }
}
