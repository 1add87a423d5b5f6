package dev.plumbline.host.train;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.util.random.RandomGenerator;

/**
 * Random changes of training pictures that leave their meaning.
 *
 * @param cropPadding pixels of black put around a picture before a part of its size is cut out; 0
 *     for none
 * @param flip whether half of the pictures are mirrored left to right
 */
public record Augmentation(int cropPadding, boolean flip) {
  /** Pictures as they are. */
  public static final Augmentation NONE = new Augmentation(0, false);

  /** What COMPD and most work on small pictures does. */
  public static final Augmentation CROP_AND_FLIP = new Augmentation(4, true);

  public Augmentation {
    if (cropPadding < 0) {
      throw new IllegalArgumentException("crop padding of " + cropPadding);
    }
  }

  Picture apply(Picture picture, RandomGenerator random) {
    if (cropPadding == 0 && !flip) {
      return picture;
    }
    PictureShape shape = picture.shape();
    int down = random.nextInt(2 * cropPadding + 1) - cropPadding;
    int right = random.nextInt(2 * cropPadding + 1) - cropPadding;
    boolean mirrored = flip && random.nextBoolean();
    int height = shape.height();
    int width = shape.width();
    byte[] from = picture.pixels();
    byte[] to = new byte[from.length];
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < height; y++) {
        int sourceY = y + down;
        if (sourceY < 0 || sourceY >= height) {
          continue;
        }
        int row = (c * height + y) * width;
        int sourceRow = (c * height + sourceY) * width;
        for (int x = 0; x < width; x++) {
          int sourceX = (mirrored ? width - 1 - x : x) + right;
          if (sourceX >= 0 && sourceX < width) {
            to[row + x] = from[sourceRow + sourceX];
          }
        }
      }
    }
    return new Picture(shape, to);
  }
}
