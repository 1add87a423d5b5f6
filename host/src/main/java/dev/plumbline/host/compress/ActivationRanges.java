package dev.plumbline.host.compress;

import java.util.Map;

/**
 * What values of a graph took on calibration pictures.
 *
 * @param byValue range by name of the value
 */
public record ActivationRanges(Map<String, Interval> byValue) {

  /**
   * @param low lower end, finite
   * @param high upper end, finite, at least {@code low}
   */
  public record Interval(float low, float high) {
    public Interval {
      if (!Float.isFinite(low) || !Float.isFinite(high) || low > high) {
        throw new IllegalArgumentException("a range from " + low + " to " + high);
      }
    }
  }

  public ActivationRanges {
    byValue = Map.copyOf(byValue);
  }

  Interval of(String value) {
    Interval interval = byValue.get(value);
    if (interval == null) {
      throw new IllegalArgumentException("value " + value + " was not calibrated");
    }
    return interval;
  }
}
