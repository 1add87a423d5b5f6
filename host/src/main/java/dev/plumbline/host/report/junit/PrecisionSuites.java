package dev.plumbline.host.report.junit;

import dev.plumbline.host.report.summary.PrecisionSummary;
import dev.plumbline.host.report.summary.PrecisionSummary.Latency;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The graphs that a job chose as suites of JUnit: a suite for each judge, a case for each pair,
 * which fails where the graph takes more time than it may.
 */
public final class PrecisionSuites {
  private PrecisionSuites() {}

  /**
   * @param tried by pair
   */
  public static List<CheckSuite> of(Map<String, PrecisionSummary> tried) {
    Map<String, List<CheckCase>> cases = new LinkedHashMap<>();
    tried.forEach(
        (pair, summary) ->
            summary
                .choice()
                .latency()
                .forEach(
                    (judge, latency) ->
                        cases
                            .computeIfAbsent(judge, j -> new ArrayList<>())
                            .add(of("precision of " + pair, summary, latency))));
    return cases.entrySet().stream()
        .map(entry -> new CheckSuite(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CheckCase of(String name, PrecisionSummary summary, Latency latency) {
    double most = summary.maxLatencyIncrease().orElse(Double.POSITIVE_INFINITY);
    return latency.increase() <= most
        ? CheckCase.passed(name, 0)
        : CheckCase.failed(
            name,
            0,
            String.format(
                Locale.ROOT,
                "graph %s takes %.1f %% more latency, expected at most %.1f %%",
                summary.chosen(),
                100 * latency.increase(),
                100 * most));
  }
}
