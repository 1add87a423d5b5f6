package dev.plumbline.host.train;

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

  /** What CIFAR-10 is commonly trained with (He et al., 2016, section 4.2). */
  public static final Augmentation CROP_AND_FLIP = new Augmentation(4, true);

  public Augmentation {
    if (cropPadding < 0) {
      throw new IllegalArgumentException("crop padding " + cropPadding + " is below 0");
    }
  }
}
