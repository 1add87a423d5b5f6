package dev.plumbline.host.fleet;

import static dev.plumbline.host.fleet.NotedRuns.AGREES;
import static dev.plumbline.host.fleet.NotedRuns.DEVIATES;
import static dev.plumbline.host.fleet.NotedRuns.PICTURES;
import static dev.plumbline.host.fleet.NotedRuns.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.fleet.VerdictChange.Cause;
import dev.plumbline.host.judging.Placement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How verdicts changed from run to run, and what had changed of the fingerprint. */
interface FleetHistoryContract extends FreshFleet {
  @Test
  default void historyTellsWhoChangedAVerdictSinceWhenAndWhatHadChanged() {
    noted().run("pi-7", Map.of("a", AGREES, "b", AGREES));
    noted().run("pi-7", Map.of("a", AGREES, "b", AGREES));
    noted().run("other", Map.of("a", DEVIATES));
    Instant before = Instant.now();
    noted().run("pi-7", 2, Map.of("a", DEVIATES, "b", AGREES), true);
    noted().run("pi-7", 2, Map.of("a", DEVIATES, "b", DEVIATES), true);

    List<VerdictChange> changes = noted().changes();
    assertEquals(List.of("a", "b"), changes.stream().map(VerdictChange::picture).toList());
    VerdictChange first = changes.get(0);
    assertEquals("pi-7", first.judge());
    assertEquals(AGREES, first.before());
    assertEquals(DEVIATES, first.after());
    assertEquals(List.of(new Cause("threads", "4", "2")), first.causes());
    assertTrue(first.lastSeen().isBefore(first.since()), first.toString());
    assertEquals(List.of(), changes.get(1).causes());
    assertEquals(
        List.of(first), fleet().history().changes(PICTURES, Optional.of("a"), Optional.empty()));
    assertEquals(
        changes, fleet().history().changes(PICTURES, Optional.empty(), Optional.of(before)));
    assertEquals(
        List.of(),
        fleet().history().changes(PICTURES, Optional.empty(), Optional.of(Instant.now())));
  }

  @Test
  default void historyTellsHowSevereTheDeviationsWereThatEachJudgeSawInEachRun() {
    long first =
        noted()
            .run(
                "pi-7",
                Map.of("a", DEVIATES, "b", DEVIATES, "c", DEVIATES),
                Map.of("a", 0.25, "b", 1.5, "c", 0.75));
    long second = noted().run("other", Map.of("a", DEVIATES, "b", DEVIATES), Map.of("a", 0.5));
    long third = noted().run("other", Map.of("a", AGREES), Map.of());
    List<RunSeverities> severities = noted().severities();
    assertEquals(
        List.of(first, second, third), severities.stream().map(RunSeverities::run).toList());
    assertEquals(
        List.of("pi-7", "other", "other"), severities.stream().map(RunSeverities::judge).toList());
    assertEquals(List.of(3, 2, 0), severities.stream().map(RunSeverities::deviations).toList());
    assertEquals(
        new Severities(List.of(0.25, 0.75, 1.5), List.of(0.75, 1.5)),
        severities.get(0).severities());
    assertEquals(new Severities(List.of(0.5), List.of(0.5)), severities.get(1).severities());
    assertTrue(severities.get(2).severities().isEmpty());
    assertEquals(
        new Severities(List.of(1.5), List.of(1.5)),
        fleet()
            .history()
            .severities(PICTURES, Map.of("b", 0), Optional.of("b"), Optional.empty())
            .get(0)
            .severities());
  }

  @Test
  default void whatReallyRanIsPartOfTheFingerprintAndItsChangeIsNamed() {
    noted().runThatTells(Placement.UNKNOWN, AGREES);
    noted().runThatTells(ran(9), DEVIATES);
    noted().runThatTells(ran(8), AGREES);
    List<VerdictChange> changes = noted().changes();
    // Where one of the two did not tell, nothing is known to have changed.
    assertEquals(List.of(), changes.get(0).causes());
    assertEquals(
        List.of(
            new Cause(
                "what ran",
                "CPUExecutionProvider 10 nodes (1 Flatten, 9 QLinearConv)",
                "CPUExecutionProvider 9 nodes (1 Flatten, 8 QLinearConv)")),
        changes.get(1).causes());
    FingerprintParts then = noted().baseline("pi-7").orElseThrow().fingerprint();
    assertEquals(ran(8).toString(), then.values().get("what ran"));
  }

  @Test
  default void aListOfWhatRanThatIsLongerThanItsColumnIsStoredAndStillToldApart() {
    Map<String, Integer> operators = new LinkedHashMap<>();
    for (int i = 0; i < 1_000; i++) {
      operators.put("AnOperatorOfSomeCustomDomain" + i, 1);
    }
    Placement first = new Placement(List.of(new Placement.ByProvider("p", 1_000, operators)));
    operators.put("AnOperatorOfSomeCustomDomain999", 2);
    Placement second = new Placement(List.of(new Placement.ByProvider("p", 1_000, operators)));
    noted().runThatTells(first, AGREES);
    noted().runThatTells(second, DEVIATES);
    assertEquals(1, noted().changes().stream().mapToInt(change -> change.causes().size()).sum());
  }
}
