package dev.plumbline.host.report.junit;

import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.report.summary.GuardSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The guards of a job's pairs as suites of JUnit: a suite for each judge, a case for each pair. */
public final class GuardSuites {
  private GuardSuites() {}

  /**
   * @param guards by pair
   */
  public static List<CheckSuite> of(Map<String, GuardSummary> guards) {
    Map<String, List<CheckCase>> cases = new LinkedHashMap<>();
    guards.forEach(
        (pair, guard) -> {
          String name = CheckSuites.GUARD + " of " + pair;
          if (guard.judges().isEmpty()) {
            String why = guard.refusal().orElse("no guarded model was written for judges");
            cases
                .computeIfAbsent(HostJudge.ID, judge -> new ArrayList<>())
                .add(CheckCase.skipped(name, why));
          }
          guard
              .judges()
              .keySet()
              .forEach(
                  judge ->
                      cases
                          .computeIfAbsent(judge, j -> new ArrayList<>())
                          .add(of(name, guard.failed().getOrDefault(judge, List.of()))));
        });
    return cases.entrySet().stream()
        .map(entry -> new CheckSuite(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CheckCase of(String name, List<String> reasons) {
    return reasons.isEmpty()
        ? CheckCase.passed(name, 0)
        : CheckCase.failed(name, 0, String.join("; ", reasons));
  }
}
