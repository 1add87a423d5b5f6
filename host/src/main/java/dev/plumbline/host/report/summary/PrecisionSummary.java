package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Graphs between a compressed model and its original: what each costs and what a new search finds
 * of it.
 *
 * @param chosen name of one of the points
 * @param maxLatencyIncrease how much more latency than the compressed model's was allowed, as a
 *     share; empty where the knee was chosen
 * @param points the compressed model first, the original last
 */
public record PrecisionSummary(
    String chosen,
    @JsonProperty("max_latency_increase") OptionalDouble maxLatencyIncrease,
    List<Point> points) {
  public PrecisionSummary {
    points = List.copyOf(points);
    Checks.named("chosen graph", chosen);
    String name = chosen;
    if (points.stream().noneMatch(point -> point.name().equals(name))) {
      throw new IllegalArgumentException("graph " + chosen + " was chosen and was not measured");
    }
  }

  /**
   * A graph.
   *
   * @param precision what of it is in more than 8 bits, for people
   * @param latency by judge
   * @param refusals why a judge does not run it, by judge
   * @param size of its file, in bytes
   * @param marginError root mean square of the difference to the original's margin on clean
   *     pictures
   * @param natural deviations on clean pictures
   * @param pictures that were clean
   * @param found by a new search; empty where none was made
   * @param bestByLatency whether no other takes as little time and deviates as little
   * @param bestBySize whether no other is as small and deviates as little
   */
  public record Point(
      String name,
      String precision,
      Map<String, Latency> latency,
      Map<String, String> refusals,
      long size,
      @JsonProperty("margin_error") double marginError,
      @JsonProperty("natural_deviations") long natural,
      @JsonProperty("clean_pictures") long pictures,
      Optional<Found> found,
      @JsonProperty("best_by_latency") boolean bestByLatency,
      @JsonProperty("best_by_size") boolean bestBySize) {
    public Point {
      latency = Collections.unmodifiableMap(new LinkedHashMap<>(latency));
      refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
      Checks.named("graph", name);
    }
  }

  /**
   * How long one run takes.
   *
   * @param median in milliseconds
   * @param increase over the compressed model's, as a share
   */
  public record Latency(double median, double increase) {}

  /**
   * What a new search finds.
   *
   * @param seeds that it began with
   * @param seedsWithDeviation those that led to a deviation
   * @param byConfidence those that led to one on which the original is at least that sure
   */
  public record Found(
      long seeds,
      @JsonProperty("seeds_with_deviation") long seedsWithDeviation,
      @JsonProperty("by_confidence") Map<String, Integer> byConfidence) {
    public Found {
      byConfidence = Collections.unmodifiableMap(new LinkedHashMap<>(byConfidence));
    }
  }

  /** The point that was chosen. */
  public Point choice() {
    return points.stream().filter(point -> point.name().equals(chosen)).findFirst().orElseThrow();
  }

  /** In one line. */
  public String inWords() {
    StringBuilder text = new StringBuilder("graph " + chosen + ", " + choice().precision());
    choice()
        .latency()
        .forEach(
            (judge, latency) ->
                text.append(
                    String.format(
                        Locale.ROOT, ", %+.1f %% latency on %s", 100 * latency.increase(), judge)));
    return text.toString();
  }
}
