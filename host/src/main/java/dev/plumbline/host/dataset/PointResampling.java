package dev.plumbline.host.dataset;

import java.util.function.DoubleUnaryOperator;

/**
 * Resampling without antialiasing, as OpenCV's {@code resize} and PyTorch's {@code interpolate} do
 * it: each pixel comes from the few source pixels about its centre, however much smaller the
 * picture gets. {@link Interpolation#AREA} is OpenCV's INTER_AREA. In float32, rounded once at the
 * end, so that it is within one step of 255 of theirs, whose arithmetic differs by build.
 *
 * <p>Source pixels beyond a border repeat the border.
 */
final class PointResampling {
  private PointResampling() {}

  /** The source pixels that one side's pixels are sums of, and their weights. */
  private record Taps(int[][] index, float[][] weight) {}

  static Picture resize(Picture picture, Interpolation how, int width, int height) {
    PictureShape from = picture.shape();
    // OpenCV takes areas only where no side grows.
    boolean shrinks = width <= from.width() && height <= from.height();
    Taps columns = taps(how, from.width(), width, shrinks);
    Taps rows = taps(how, from.height(), height, shrinks);
    PictureShape to = new PictureShape(from.channels(), height, width);
    byte[] pixels = new byte[to.bytes()];
    float[] narrow = new float[from.height() * width];
    for (int c = 0; c < from.channels(); c++) {
      for (int y = 0; y < from.height(); y++) {
        int start = (c * from.height() + y) * from.width();
        row(picture.pixels(), start, columns, narrow, y * width);
      }
      for (int y = 0; y < height; y++) {
        column(narrow, width, rows.index()[y], rows.weight()[y], pixels, (c * height + y) * width);
      }
    }
    return new Picture(to, pixels);
  }

  private static void row(byte[] source, int start, Taps taps, float[] target, int to) {
    for (int x = 0; x < taps.index().length; x++) {
      int[] index = taps.index()[x];
      float[] weight = taps.weight()[x];
      float sum = 0;
      for (int i = 0; i < index.length; i++) {
        sum += (source[start + index[i]] & 0xff) * weight[i];
      }
      target[to + x] = sum;
    }
  }

  private static void column(
      float[] source, int width, int[] index, float[] weight, byte[] target, int to) {
    for (int x = 0; x < width; x++) {
      float sum = 0;
      for (int i = 0; i < index.length; i++) {
        sum += source[index[i] * width + x] * weight[i];
      }
      target[to + x] = (byte) Math.max(0, Math.min(255, (int) Math.rint(sum)));
    }
  }

  private static Taps taps(Interpolation how, int from, int to, boolean shrinks) {
    int[][] index = new int[to][];
    float[][] weight = new float[to][];
    double scale = (double) from / to;
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale - 0.5;
      double start = i * scale;
      double[] weights;
      int first;
      switch (how) {
        case NEAREST -> {
          first = Math.min(from - 1, (int) Math.floor(start));
          weights = new double[] {1};
        }
        case BILINEAR -> {
          first = (int) Math.floor(centre);
          weights = linear(centre - first);
        }
        case BICUBIC -> {
          first = (int) Math.floor(centre) - 1;
          weights = around(centre - first, 4, x -> Interpolation.cubic(x, -0.75));
        }
        case LANCZOS -> {
          first = (int) Math.floor(centre) - 3;
          weights =
              around(centre - first, 8, x -> Interpolation.sinc(x) * Interpolation.sinc(x / 4));
        }
        case AREA -> {
          first = (int) Math.floor(start + 1e-9);
          weights = shrinks ? covered(start, start + scale) : magnified(i, first, scale);
        }
        default -> throw new IllegalStateException(how + " is always antialiased");
      }
      index[i] = new int[weights.length];
      weight[i] = new float[weights.length];
      for (int k = 0; k < weights.length; k++) {
        index[i][k] = Math.max(0, Math.min(from - 1, first + k));
        weight[i][k] = (float) weights[k];
      }
    }
    return new Taps(index, weight);
  }

  private static double[] linear(double fraction) {
    return new double[] {1 - fraction, fraction};
  }

  private static double[] around(double centre, int count, DoubleUnaryOperator kernel) {
    double[] weights = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = kernel.applyAsDouble(Math.abs(centre - i));
      sum += weights[i];
    }
    for (int i = 0; i < count; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** How much of each source pixel from the first on lies between two places. */
  private static double[] covered(double start, double end) {
    int first = (int) Math.floor(start + 1e-9);
    int last = (int) Math.ceil(end - 1e-9);
    double[] weights = new double[Math.max(1, last - first)];
    for (int i = 0; i < weights.length; i++) {
      double part = Math.min(end, first + i + 1) - Math.max(start, first + i);
      weights[i] = part / (end - start);
    }
    return weights;
  }

  /** OpenCV's weights of INTER_AREA where a side grows: pixels are repeated, edges blended. */
  private static double[] magnified(int i, int first, double scale) {
    double fraction = i + 1 - (first + 1) / scale;
    return linear(fraction <= 0 ? 0 : fraction - Math.floor(fraction));
  }
}
