package dev.plumbline.host.precision;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

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

  private boolean isBest(PrecisionPoint point, ToDoubleFunction<PrecisionPoint> cost) {
    return point.isKnown()
        && points.stream()
            .filter(other -> other.isKnown() && !other.equals(point))
            .noneMatch(other -> dominates(other, point, cost));
  }

  private static boolean dominates(
      PrecisionPoint one, PrecisionPoint other, ToDoubleFunction<PrecisionPoint> cost) {
    double difference = cost.applyAsDouble(one) - cost.applyAsDouble(other);
    boolean noWorse = difference <= 0 && other.hasNoFewerThan(one);
    return noWorse && (difference < 0 || !one.hasNoFewerThan(other));
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
    return point.left(quantized()) + (budget.isPresent() ? 0 : way(point));
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
