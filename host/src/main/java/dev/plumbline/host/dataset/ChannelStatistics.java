package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and spread of the pixels of a data set, on the [0,1] pixel range, over all pixels of all
 * pictures.
 *
 * @param mean per channel of the pictures (RGB), 0 to 1
 * @param std population standard deviation per channel; 0 where all pixels are equal
 * @param variance population variance per channel; the square of {@code std}
 */
public record ChannelStatistics(List<Double> mean, List<Double> std, List<Double> variance) {
  public ChannelStatistics {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    variance = List.copyOf(variance);
  }

  /** Reads every picture once. Counted as whole numbers, so the order does not matter. */
  public static ChannelStatistics of(Dataset data) {
    PictureShape shape = data.shape();
    int plane = shape.height() * shape.width();
    long[][] counts = new long[shape.channels()][256];
    for (int i = 0; i < data.size(); i++) {
      byte[] pixels = data.picture(i).pixels();
      for (int c = 0; c < counts.length; c++) {
        long[] count = counts[c];
        for (int p = c * plane; p < (c + 1) * plane; p++) {
          count[pixels[p] & 0xff]++;
        }
      }
    }
    List<Double> mean = new ArrayList<>();
    List<Double> std = new ArrayList<>();
    List<Double> variance = new ArrayList<>();
    double pixels = (double) data.size() * plane;
    for (long[] count : counts) {
      long sum = 0;
      for (int value = 0; value < 256; value++) {
        sum += count[value] * value;
      }
      double average = sum / pixels;
      double squares = 0;
      for (int value = 0; value < 256; value++) {
        squares += count[value] * (value - average) * (value - average);
      }
      double spread = squares / pixels / (255.0 * 255.0);
      mean.add(average / 255.0);
      std.add(Math.sqrt(spread));
      variance.add(spread);
    }
    return new ChannelStatistics(mean, std, variance);
  }

  /**
   * The preprocessing that gives pixels of mean 0 and variance 1, in pictures that were sized so.
   *
   * @throws BadInputException if all pixels are equal in a channel
   */
  public Preprocessing standardising(Geometry geometry) {
    if (std.contains(0.0)) {
      throw new BadInputException(
          "all pixels of the training data are equal in a channel, expected different pictures");
    }
    return new Preprocessing(
        floats(mean), floats(std), Layout.NCHW, ChannelOrder.RGB, Scale.UNIT, geometry);
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }
}
