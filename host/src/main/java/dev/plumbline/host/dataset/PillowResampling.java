package dev.plumbline.host.dataset;

import java.util.Arrays;

/**
 * What Pillow's {@code Image.resize} gives, bit for bit: a filter that widens with the scale, so
 * that a smaller picture is antialiased; along the rows and along the columns, each rounded to 8
 * bits, with weights of 22 binary places.
 *
 * <p>The method is Pillow's (src/libImaging/Resample.c), the code is not.
 */
final class PillowResampling {
  private static final int PLACES = 22;
  private static final int HALF = 1 << (PLACES - 1);

  private PillowResampling() {}

  /** The source pixels that one side's pixels are sums of, and their weights. */
  private record Weights(int[] first, int[][] of) {
    static Weights of(Interpolation filter, int from, int to) {
      double scale = (double) from / to;
      double widening = Math.max(1, scale);
      double support = filter.support() * widening;
      int[] first = new int[to];
      int[][] of = new int[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        // Pillow truncates towards 0, which is not below 0 for what is used.
        first[i] = Math.max(0, (int) (centre - support + 0.5));
        int end = Math.min(from, (int) (centre + support + 0.5));
        of[i] = fixedPoint(filter, end - first[i], first[i] - centre + 0.5, 1 / widening);
      }
      return new Weights(first, of);
    }

    private static int[] fixedPoint(Interpolation filter, int count, double start, double step) {
      double[] weights = new double[count];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        weights[i] = filter.weight((i + start) * step);
        sum += weights[i];
      }
      int[] fixed = new int[count];
      for (int i = 0; i < count; i++) {
        double weight = (sum == 0 ? weights[i] : weights[i] / sum) * (1 << PLACES);
        fixed[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      return fixed;
    }

    int end() {
      int last = first.length - 1;
      return first[last] + of[last].length;
    }
  }

  /** A picture of the same channels and another size. */
  static Picture resize(Picture picture, Interpolation filter, int width, int height) {
    PictureShape from = picture.shape();
    int fewerRows = from.height() - height;
    // As Pillow has it since version 13; before, rows always came first.
    boolean columnsFirst = fewerRows > 0 && fewerRows > 2 * (from.width() - width);
    return columnsFirst
        ? rows(columns(picture, filter, height), filter, width, null)
        : columns(rows(picture, filter, width, usedRows(from, filter, height)), filter, height);
  }

  /** The rows that the columns' weights reach, from the first to behind the last. */
  private static int[] usedRows(PictureShape from, Interpolation filter, int height) {
    if (from.height() == height) {
      return null;
    }
    Weights weights = Weights.of(filter, from.height(), height);
    return new int[] {weights.first()[0], weights.end()};
  }

  /**
   * Another width.
   *
   * @param used the rows that are needed, or null for all; the others are left black
   */
  private static Picture rows(Picture picture, Interpolation filter, int width, int[] used) {
    PictureShape from = picture.shape();
    if (from.width() == width) {
      return picture;
    }
    Weights weights = Weights.of(filter, from.width(), width);
    PictureShape to = new PictureShape(from.channels(), from.height(), width);
    byte[] pixels = new byte[to.bytes()];
    int first = used == null ? 0 : used[0];
    int end = used == null ? from.height() : used[1];
    for (int c = 0; c < from.channels(); c++) {
      for (int y = first; y < end; y++) {
        int row = c * from.height() + y;
        row(picture.pixels(), row * from.width(), weights, pixels, row * width);
      }
    }
    return new Picture(to, pixels);
  }

  /** Another height. */
  private static Picture columns(Picture picture, Interpolation filter, int height) {
    PictureShape from = picture.shape();
    if (from.height() == height) {
      return picture;
    }
    Weights weights = Weights.of(filter, from.height(), height);
    PictureShape to = new PictureShape(from.channels(), height, from.width());
    byte[] pixels = new byte[to.bytes()];
    int[] sums = new int[from.width()];
    for (int c = 0; c < from.channels(); c++) {
      for (int y = 0; y < height; y++) {
        int start = (c * from.height() + weights.first()[y]) * from.width();
        sum(picture.pixels(), start, weights.of()[y], sums);
        store(sums, pixels, (c * height + y) * from.width());
      }
    }
    return new Picture(to, pixels);
  }

  private static void row(byte[] source, int start, Weights weights, byte[] target, int to) {
    int[] first = weights.first();
    int[][] of = weights.of();
    for (int x = 0; x < first.length; x++) {
      int[] taps = of[x];
      int at = start + first[x];
      int sum = HALF;
      for (int i = 0; i < taps.length; i++) {
        sum += (source[at + i] & 0xff) * taps[i];
      }
      target[to + x] = clipped(sum);
    }
  }

  /** Weighs whole rows, one after the other, so that memory is walked in order. */
  private static void sum(byte[] source, int start, int[] taps, int[] sums) {
    Arrays.fill(sums, HALF);
    for (int i = 0; i < taps.length; i++) {
      int weight = taps[i];
      int at = start + i * sums.length;
      for (int x = 0; x < sums.length; x++) {
        sums[x] += (source[at + x] & 0xff) * weight;
      }
    }
  }

  private static void store(int[] sums, byte[] target, int to) {
    for (int x = 0; x < sums.length; x++) {
      target[to + x] = clipped(sums[x]);
    }
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PLACES));
  }
}
