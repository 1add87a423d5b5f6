package dev.plumbline.host.verification;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.verification.TensorDump.Planes;

/**
 * How well a dump follows from a picture by a straight line for each channel, as every scale, mean
 * and standard deviation makes one: least squares.
 *
 * @param slope by channel of the dump: how much it rises with a pixel's value
 * @param start by channel: the dump's value for a pixel of 0
 * @param steps root mean square of what the lines leave, in steps of a pixel's value; infinite
 *     where a channel does not rise with the picture
 */
record ChannelFit(double[] slope, double[] start, double steps) {

  /**
   * @param picture of the dump's size and channels
   * @param order of the dump's channels; the picture's are RGB
   */
  static ChannelFit of(Picture picture, Planes dump, ChannelOrder order) {
    int channels = dump.channels();
    double[] slope = new double[channels];
    double[] start = new double[channels];
    double squares = 0;
    for (int c = 0; c < channels; c++) {
      int from = (order == ChannelOrder.RGB ? c : channels - 1 - c) * dump.plane();
      squares += line(picture.pixels(), from, dump, c, slope, start);
    }
    return new ChannelFit(slope, start, Math.sqrt(squares / channels));
  }

  /** Fits a channel and gives the mean square of what is left, in steps. */
  private static double line(
      byte[] pixels, int from, Planes dump, int channel, double[] slope, double[] start) {
    int n = dump.plane();
    int to = channel * n;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < n; i++) {
      meanX += pixels[from + i] & 0xff;
      meanY += dump.values()[to + i];
    }
    meanX /= n;
    meanY /= n;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int i = 0; i < n; i++) {
      double x = (pixels[from + i] & 0xff) - meanX;
      double y = dump.values()[to + i] - meanY;
      xx += x * x;
      xy += x * y;
      yy += y * y;
    }
    slope[channel] = xx == 0 ? 0 : xy / xx;
    start[channel] = meanY - slope[channel] * meanX;
    // A line that falls is no preprocessing, and a flat one says nothing.
    return slope[channel] > 0
        ? Math.max(0, yy - xy * slope[channel]) / n / (slope[channel] * slope[channel])
        : Double.POSITIVE_INFINITY;
  }
}
