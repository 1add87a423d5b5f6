package dev.plumbline.host.fleet;

import static dev.plumbline.host.fleet.NotedRuns.AGREES;
import static dev.plumbline.host.fleet.NotedRuns.DEVIATES;
import static dev.plumbline.host.fleet.NotedRuns.MODEL;
import static dev.plumbline.host.fleet.NotedRuns.PICTURES;
import static dev.plumbline.host.fleet.NotedRuns.judged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.task.Label;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Runs that a fleet keeps, and which of them is a baseline. */
interface FleetRunsContract extends FreshFleet {
  @Test
  default void verdictsOfEveryOutcomeComeBackAsTheyWere() {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      boolean labelled = outcome.isDecided() || outcome == Outcome.FLAKY;
      verdicts.put(
          outcome.word(), labelled ? Verdict.of(outcome, 3, 0.625f) : Verdict.failed(outcome));
    }
    noted().run("pi-7", verdicts);
    assertEquals(verdicts, noted().baseline("pi-7").orElseThrow().verdicts());
  }

  @Test
  default void moreVerdictsThanABatchAreAllStored() {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (int i = 0; i < 2_345; i++) {
      verdicts.put("p" + i, Verdict.decided(i % 2 == 0, new Label(i % 10, 0.5f)));
    }
    noted().run("pi-7", verdicts);
    assertEquals(verdicts, noted().baseline("pi-7").orElseThrow().verdicts());
    assertEquals(2_345, fleet().history().runs().get(0).verdicts());
  }

  @Test
  default void theBaselineIsTheLastRunThatPassedOrTheOneChosen() {
    assertEquals(Optional.empty(), noted().baseline("pi-7"));
    long first = noted().run("pi-7", Map.of("a", AGREES));
    long second = noted().run("pi-7", Map.of("a", DEVIATES));
    long failed = noted().run("pi-7", 4, Map.of("a", AGREES), false);
    noted().run("other", Map.of("a", AGREES));
    assertEquals(second, noted().baseline("pi-7").orElseThrow().run());
    assertEquals(Map.of("a", DEVIATES), noted().baseline("pi-7").orElseThrow().verdicts());
    assertEquals(first, noted().baseline("pi-7", first).orElseThrow().run());
    assertEquals(failed, noted().baseline("pi-7", failed).orElseThrow().run());
    Refusal.says(() -> noted().baseline("pi-7", 99), "run 99", "device runs");
    List<RecordedRun> runs = fleet().history().runs();
    assertEquals(Optional.of(false), runs.get(1).passed());
    assertEquals(List.of("other"), runs.get(0).judges());
  }

  @Test
  default void aJudgeThatCouldNotBeReachedIsNotedWithTheReason() {
    long run = fleet().runs().begin("confirm");
    fleet()
        .runs()
        .store(
            run,
            PICTURES,
            MODEL,
            new Judged(
                "pi-7",
                JudgeKind.DEVICE,
                Optional.empty(),
                Map.of(),
                NoiseFloor.UNKNOWN,
                Optional.of(new Judged.Failure(Outcome.DEVICE_LOST, "gone ".repeat(1_000))),
                1),
            Map.of(),
            Map.of());
    RecordedRun recorded = fleet().history().runs().get(0);
    assertEquals(List.of("pi-7"), recorded.judges());
    assertEquals(0, recorded.verdicts());
    assertEquals(Optional.empty(), recorded.passed());
  }

  @Test
  default void runsOfSeveralProgramsAtTheSameTimeAreAllStored() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String judge = "pi-" + i;
        runs.add(threads.submit(() -> noted().run(judge, Map.of("a", DEVIATES))));
      }
      for (Future<Long> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(8, fleet().history().runs().size());
    assertEquals(8, fleet().history().runs().stream().mapToLong(RecordedRun::verdicts).sum());
  }

  @Test
  default void cleanPicturesAreFoundAgainWhateverLabelsWereExpected() {
    PictureSet one =
        new PictureSet(PictureSet.Kind.CLEAN, "1".repeat(64), Optional.of("e".repeat(64)));
    PictureSet other =
        new PictureSet(PictureSet.Kind.CLEAN, "2".repeat(64), Optional.of("e".repeat(64)));
    long run = fleet().runs().begin("check");
    Map<String, Verdict> said = Map.of("clean-0", Verdict.decided(true, new Label(3, 0.5f)));
    fleet()
        .runs()
        .store(run, one, MODEL, judged("pi-7", 4, said), Map.of("clean-0", "clean"), Map.of());
    fleet().runs().end(run, true);
    assertEquals(
        Optional.of(false),
        fleet().runs().baseline("pi-7", one, OptionalLong.empty()).map(Baseline::otherLabels));
    Baseline found = fleet().runs().baseline("pi-7", other, OptionalLong.empty()).orElseThrow();
    assertTrue(found.otherLabels());
    assertEquals(said, found.verdicts());
    PictureSet strange =
        new PictureSet(PictureSet.Kind.CLEAN, "3".repeat(64), Optional.of("f".repeat(64)));
    assertEquals(Optional.empty(), fleet().runs().baseline("pi-7", strange, OptionalLong.empty()));
    // A corpus has no labels beside its own.
    assertEquals(Optional.empty(), noted().baseline("pi-7"));
  }

  @Test
  default void runsAreForgottenByNumberWithTheirVerdicts() {
    long first = noted().run("pi-7", Map.of("a", AGREES));
    long second = noted().run("pi-7", Map.of("a", DEVIATES, "b", AGREES));
    Refusal.says(() -> fleet().removal().remove(Set.of(second, 99L)), "run 99", "device runs");
    RunRemoval.Outcome outcome = fleet().removal().remove(Set.of(second));
    assertEquals(new RunRemoval.Outcome(List.of(second), List.of(second), 2, 1), outcome);
    assertEquals(first, noted().baseline("pi-7").orElseThrow().run());
    assertEquals(1, fleet().history().runs().size());
  }

  @Test
  default void ofOldRunsTheBaselinesStay() {
    long first = noted().run("pi-7", Map.of("a", AGREES));
    long failed = noted().run("pi-7", 4, Map.of("a", DEVIATES), false);
    long baseline = noted().run("pi-7", Map.of("a", DEVIATES));
    long other = noted().run("other", Map.of("a", AGREES));
    assertEquals(
        new RunRemoval.Outcome(List.of(), List.of(), 0, 4),
        fleet().removal().removeBefore(Instant.now().minusSeconds(3_600)));
    assertEquals(
        new RunRemoval.Outcome(List.of(first, failed), List.of(baseline, other), 2, 2),
        fleet().removal().removeBefore(Instant.now().plusSeconds(1)));
    assertEquals(baseline, noted().baseline("pi-7").orElseThrow().run());
  }

  @Test
  default void aRunThatIsNoBaselineIsKeptAndNeverComparedWith() {
    long run = fleet().runs().begin("repair");
    fleet()
        .runs()
        .store(
            run,
            PICTURES,
            MODEL,
            judged("pi-7", 4, Map.of("a", DEVIATES)),
            Map.of("a", "valid"),
            Map.of());
    assertEquals(false, fleet().history().runs().get(0).ended());
    fleet().runs().endWithoutBaseline(run);
    assertEquals(Optional.empty(), noted().baseline("pi-7"));
    RecordedRun recorded = fleet().history().runs().get(0);
    assertEquals(true, recorded.ended());
    assertEquals(Optional.empty(), recorded.passed());
    assertEquals(1, recorded.verdicts());
  }
}
