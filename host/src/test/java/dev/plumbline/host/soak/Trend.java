package dev.plumbline.host.soak;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a quantity grows over time: the median of the slopes between every two samples (Theil and
 * Sen), which a few outliers do not move.
 */
final class Trend {
  private final List<double[]> samples = new ArrayList<>();

  void add(double minutes, double value) {
    samples.add(new double[] {minutes, value});
  }

  int size() {
    return samples.size();
  }

  /** Growth per minute; 0 with fewer than two samples. */
  double perMinute() {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      for (int j = i + 1; j < samples.size(); j++) {
        double[] a = samples.get(i);
        double[] b = samples.get(j);
        slopes.add((b[1] - a[1]) / (b[0] - a[0]));
      }
    }
    Collections.sort(slopes);
    return slopes.isEmpty() ? 0 : slopes.get(slopes.size() / 2);
  }

  /** What that comes to from the first sample to the last. */
  double growth() {
    return samples.isEmpty()
        ? 0
        : perMinute() * (samples.get(samples.size() - 1)[0] - samples.get(0)[0]);
  }

  double first() {
    return samples.get(0)[1];
  }

  double last() {
    return samples.get(samples.size() - 1)[1];
  }
}
