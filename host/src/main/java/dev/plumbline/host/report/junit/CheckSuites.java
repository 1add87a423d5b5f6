package dev.plumbline.host.report.junit;

import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.judging.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fleet's check as suites of JUnit: a suite for each judge, a case for each class of pictures.
 */
public final class CheckSuites {
  /** The case of a guarded model. */
  static final String GUARD = "guard";

  private CheckSuites() {}

  /**
   * @param maxNew new flips that a judge may have, on all its pictures together
   * @param guard a case more for each judge, where the model has one
   */
  public static List<CheckSuite> of(FleetCheck check, int maxNew, Optional<GuardGate> guard) {
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
    guard.ifPresent(gate -> cases.forEach((judge, ofJudge) -> ofJudge.add(of(gate, judge))));
    return cases.entrySet().stream()
        .map(entry -> new CheckSuite(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CheckCase of(GuardGate gate, String judge) {
    List<String> reasons = gate.reasons(judge);
    if (!reasons.isEmpty()) {
      return CheckCase.failed(GUARD, 0, String.join("; ", reasons));
    }
    Judged.Failure failure = gate.judges().failures().get(judge);
    if (failure != null) {
      return CheckCase.error(GUARD, 0, failure.outcome() + ": " + failure.message());
    }
    return gate.judges().figures().containsKey(judge)
        ? CheckCase.passed(GUARD, 0)
        : CheckCase.skipped(GUARD, "the judge was not asked what it defers");
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
