package dev.plumbline.host.report.junit;

import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.judging.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fleet's check as suites of JUnit: a suite for each judge, a case for each class of pictures.
 */
public final class CheckSuites {
  private CheckSuites() {}

  /**
   * @param maxNew new flips that a judge may have, on all its pictures together
   */
  public static List<CheckSuite> of(FleetCheck check, int maxNew) {
    Map<String, List<CheckCase>> cases = new LinkedHashMap<>();
    for (BaselineCheck part : check.checks()) {
      List<CheckCase> ofJudge =
          cases.computeIfAbsent(part.judged().id(), judge -> new ArrayList<>());
      boolean tooMany = check.flips(part.judged().id()) > maxNew;
      int pictures = part.groups().stream().mapToInt(Group::asked).sum();
      for (Group group : part.groups()) {
        // Pictures of all classes run in the same batches: the time is shared out by number.
        double seconds = part.judged().seconds() * group.asked() / pictures;
        ofJudge.add(of(part.judged(), group, tooMany, maxNew, seconds));
      }
    }
    return cases.entrySet().stream()
        .map(entry -> new CheckSuite(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CheckCase of(
      Judged judged, Group group, boolean tooMany, int maxNew, double seconds) {
    if (tooMany && !group.flips().isEmpty()) {
      return CheckCase.failed(
          group.name(),
          seconds,
          "%d new flips in %d pictures, the first on %s; expected at most %d of this judge"
              .formatted(
                  group.flips().size(), group.compared(), group.flips().get(0).picture(), maxNew));
    }
    if (judged.failure().isPresent()) {
      Judged.Failure failure = judged.failure().get();
      return CheckCase.error(group.name(), seconds, failure.outcome() + ": " + failure.message());
    }
    if (group.compared() == 0) {
      return CheckCase.skipped(
          group.name(),
          "nothing to compare %d pictures with; this run is stored for later ones"
              .formatted(group.asked()));
    }
    return CheckCase.passed(group.name(), seconds);
  }
}
