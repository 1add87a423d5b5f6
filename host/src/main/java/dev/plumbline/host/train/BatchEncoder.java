package dev.plumbline.host.train;

import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.random.RandomGenerator;

/** Writes augmented pictures as model input; the preprocessing's arithmetic is done beforehand. */
final class BatchEncoder {
  private final PictureShape shape;
  private final boolean channelsLast;
  private final int[] pictureChannels;
  private final float[][] tables;

  BatchEncoder(PictureShape shape, Preprocessing preprocessing) {
    this.shape = shape;
    this.channelsLast = preprocessing.layout() == Layout.NHWC;
    this.tables = new float[shape.channels()][];
    this.pictureChannels = new int[shape.channels()];
    for (int c = 0; c < tables.length; c++) {
      tables[c] = preprocessing.table(c);
      pictureChannels[c] = preprocessing.pictureChannel(c);
    }
  }

  /** Dimensions of a batch. */
  long[] dims(int batch) {
    return channelsLast
        ? new long[] {batch, shape.height(), shape.width(), shape.channels()}
        : new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }

  /**
   * Writes one picture.
   *
   * @param offset of its first float
   */
  void encode(
      byte[] pixels, Augmentation augmentation, RandomGenerator random, float[] into, int offset) {
    int padding = augmentation.cropPadding();
    int down = padding == 0 ? 0 : random.nextInt(2 * padding + 1) - padding;
    int right = padding == 0 ? 0 : random.nextInt(2 * padding + 1) - padding;
    boolean mirrored = augmentation.flip() && random.nextBoolean();
    int noise = augmentation.noise() > 0 && random.nextBoolean() ? augmentation.noise() : 0;
    int height = shape.height();
    int width = shape.width();
    int plane = height * width;
    int stride = channelsLast ? tables.length : 1;
    for (int c = 0; c < tables.length; c++) {
      float[] table = tables[c];
      int from = pictureChannels[c] * plane;
      int at = offset + (channelsLast ? c : c * plane);
      for (int y = 0; y < height; y++) {
        int sourceY = y + down;
        boolean rowInside = sourceY >= 0 && sourceY < height;
        for (int x = 0; x < width; x++) {
          int sourceX = (mirrored ? width - 1 - x : x) + right;
          boolean inside = rowInside && sourceX >= 0 && sourceX < width;
          // Outside is pixel 0, as if the padding had been part of the picture.
          int pixel = inside ? pixels[from + sourceY * width + sourceX] & 0xff : 0;
          into[at] = table[noise == 0 ? pixel : moved(pixel, noise, random)];
          at += stride;
        }
      }
    }
  }

  private static int moved(int pixel, int noise, RandomGenerator random) {
    return Math.max(0, Math.min(255, pixel + random.nextInt(2 * noise + 1) - noise));
  }
}
