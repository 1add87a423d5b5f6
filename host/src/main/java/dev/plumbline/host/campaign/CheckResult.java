package dev.plumbline.host.campaign;

import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.report.html.CheckReport;
import dev.plumbline.host.report.junit.CheckSuites;
import dev.plumbline.host.report.junit.JUnitXml;
import dev.plumbline.host.report.summary.FleetSummary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the fleet's regression gate found.
 *
 * @param started when
 * @param fleet how judges differ on these pictures
 * @param maxNew new flips that a judge may have
 * @param clean pictures that were judged beside the corpus
 * @param guard what a guarded model has to keep to; empty where the model has no guard
 */
public record CheckResult(
    Instant started,
    FleetCheck check,
    FleetSummary fleet,
    int maxNew,
    List<Question> clean,
    Optional<GuardGate> guard) {
  public CheckResult {
    clean = List.copyOf(clean);
  }

  /**
   * Whether every judge decided something, and none has more new flips than it may or does not keep
   * to the guard.
   */
  public boolean passed() {
    return check.passed(maxNew) && guard.stream().allMatch(GuardGate::passed);
  }

  /** Whether a judge has more new flips than it may, or does not keep to the guard. */
  public boolean failed() {
    return check.failed(maxNew) || guard.stream().anyMatch(GuardGate::failed);
  }

  /** Writes it as JUnit XML. */
  public void writeJunit(String title, Path file) {
    new JUnitXml(title, started, CheckSuites.of(check, maxNew, guard)).write(file);
  }

  /** Writes it as a page. */
  public void writeHtml(String title, Path file) {
    new CheckReport(title, started, check, fleet, maxNew, clean, guard).write(file);
  }
}
