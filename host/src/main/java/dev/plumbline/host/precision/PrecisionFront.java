package dev.plumbline.host.precision;

import dev.plumbline.host.repair.NewSearchCounts;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * All points of a study, and which of them is worth its cost.
 *
 * @param points the quantized model first, the original last
 * @param budget how much more latency than the quantized model's the chosen one may have, as a
 *     share; empty to choose the knee
 */
public record PrecisionFront(List<PrecisionPoint> points, OptionalDouble budget) {
  public PrecisionFront {
    points = List.copyOf(points);
  }

  private PrecisionPoint quantized() {
    return points.get(0);
  }

  private PrecisionPoint original() {
    return points.get(points.size() - 1);
  }

  /** Whether no other point has less latency, or as much, and no more deviations of any kind. */
  public boolean isBestByLatency(PrecisionPoint point) {
    return isBest(point, each -> each.latency().increase());
  }

  /** As {@link #isBestByLatency}, by size. */
  public boolean isBestBySize(PrecisionPoint point) {
    return isBest(point, PrecisionPoint::bytes);
  }

  /**
   * Deviations of the kinds that count: at those confidences at which the quantized model has some,
   * or of any kind where it has none there. The original has none.
   */
  private List<Integer> deviations(PrecisionPoint point) {
    NewSearchCounts quantized = quantized().found().orElseThrow();
    List<String> levels =
        quantized.byConfidence().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .map(Map.Entry::getKey)
            .toList();
    if (levels.isEmpty()) {
      return List.of(point.found().map(NewSearchCounts::seedsWithDeviation).orElse(0));
    }
    return levels.stream()
        .map(level -> point.found().map(found -> found.byConfidence().get(level)).orElse(0))
        .toList();
  }

  /** Whether one point has at least as many deviations of each kind as another. */
  private boolean hasNoFewer(PrecisionPoint one, PrecisionPoint other) {
    List<Integer> own = deviations(one);
    List<Integer> others = deviations(other);
    return IntStream.range(0, own.size()).allMatch(i -> own.get(i) >= others.get(i));
  }

  /** The share of the quantized model's deviations that is left: the mean over the kinds. */
  private double left(PrecisionPoint point) {
    List<Integer> own = deviations(point);
    List<Integer> all = deviations(quantized());
    return IntStream.range(0, own.size())
        .mapToDouble(i -> (double) own.get(i) / Math.max(1, all.get(i)))
        .average()
        .orElseThrow();
  }

  private boolean isBest(PrecisionPoint point, ToDoubleFunction<PrecisionPoint> cost) {
    return point.isKnown()
        && points.stream()
            .filter(other -> other.isKnown() && !other.equals(point))
            .noneMatch(other -> dominates(other, point, cost));
  }

  private boolean dominates(
      PrecisionPoint one, PrecisionPoint other, ToDoubleFunction<PrecisionPoint> cost) {
    double difference = cost.applyAsDouble(one) - cost.applyAsDouble(other);
    boolean noWorse = difference <= 0 && hasNoFewer(other, one);
    return noWorse && (difference < 0 || !hasNoFewer(one, other));
  }

  /**
   * The point to take: within the budget the one with the smallest share of the quantized model's
   * deviations left; without a budget the knee, where the share that is left and the share of the
   * way to the original's latency add up to least. Of equal ones that which is nearer to the
   * original on clean pictures.
   */
  public PrecisionPoint chosen() {
    return points.stream()
        .filter(point -> point.found().isPresent())
        .min(
            Comparator.comparingDouble((PrecisionPoint point) -> worth(point))
                .thenComparing(point -> point.clean().margin()))
        .orElseThrow();
  }

  private double worth(PrecisionPoint point) {
    return left(point) + (budget.isPresent() ? 0 : way(point));
  }

  /** From the quantized model's cost, 0, to the original's, 1; by size where that is no slower. */
  private double way(PrecisionPoint point) {
    double whole = original().latency().increase();
    return whole > 0
        ? Math.max(0, point.latency().increase() / whole)
        : (double) (point.bytes() - quantized().bytes())
            / Math.max(1, original().bytes() - quantized().bytes());
  }
}
