package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.corpus.PictureClass;

/**
 * What both models say of a batch of 8-bit pictures.
 *
 * @param pixels whole float32 of 0 to 255, N x C x H x W
 * @param seedLabels what the original predicts for the seed of each
 */
record Judged(NDArray pixels, int[] seedLabels, Predictions byOriginal, Predictions byCompressed) {

  PictureClass pictureClass(int row) {
    return PictureClass.of(seedLabels[row], byOriginal.labels()[row], byCompressed.labels()[row]);
  }

  boolean isEffective(int row) {
    return pictureClass(row) == PictureClass.EFFECTIVE;
  }
}
