package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.Judged;
import dev.plumbline.host.device.NoiseFloor;
import dev.plumbline.host.device.Ran;
import dev.plumbline.host.fleet.VerdictChange.Cause;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database of a fleet keeps to. */
abstract class FleetContract {
  private static final Instant ADDED = Instant.parse("2026-11-03T14:05:09.123456Z");
  private static final PictureSet PICTURES = new PictureSet(PictureSet.Kind.CORPUS, "c".repeat(64));

  /** By sha256sum, of the parts that version 1 joined, one on a line. */
  private static final String DIGEST_OF_VERSION_1 =
      "5b6b8d621781e87e8128acec40bb37296cc1ee57ded13bc7cc826e63c18cfda1";

  private FleetDatabase database;

  /** JDBC URL of a database that holds nothing. */
  abstract String emptyDatabase() throws Exception;

  /** Another than that. */
  abstract String anotherEmptyDatabase() throws Exception;

  private String url;

  @BeforeEach
  void open() throws Exception {
    url = emptyDatabase();
    database = FleetDatabase.open(url);
  }

  private static FleetDevice device(String name, String labels) {
    return new FleetDevice(
        name, new DeviceAddress("192.168.1.20", 7070), Labels.parse(labels), ADDED);
  }

  @Test
  void devicesAreListedByNameAndSurviveTheProgram() {
    FleetDevice pi = device("pi-7", "site=plant-2,cpu=cortex-a53");
    FleetDevice bare = new FleetDevice("jetson", new DeviceAddress("fe80::1", 1), Map.of(), ADDED);
    database.devices().add(pi);
    database.devices().add(bare);
    assertEquals(List.of(bare, pi), FleetDatabase.open(url).devices().all());
    assertEquals(pi, database.devices().named("pi-7"));
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    database.devices().add(device("pi-7", "site=plant-2"));
    Refusal.says(
        () -> database.devices().add(device("pi-7", "site=plant-3")),
        "pi-7",
        "in the fleet already, at 192.168.1.20:7070",
        "expected another name");
    assertEquals("plant-2", database.devices().named("pi-7").labels().get("site"));
  }

  @Test
  void aSelectorMeansTheDevicesWithAllItsLabels() {
    database.devices().add(device("a", "site=plant-1,cpu=cortex-a53"));
    database.devices().add(device("b", "site=plant-2,cpu=cortex-a53"));
    database.devices().add(device("c", "site=plant-2,cpu=cortex-a76"));
    assertEquals(
        List.of("b", "c"),
        database.devices().select(Selector.parse("site=plant-2")).stream()
            .map(FleetDevice::name)
            .toList());
    assertEquals(
        List.of("b"),
        database.devices().select(Selector.parse("cpu=cortex-a53, site=plant-2")).stream()
            .map(FleetDevice::name)
            .toList());
    Refusal.says(
        () -> database.devices().select(Selector.parse("site=plant-9")), "site=plant-9", "plant-2");
  }

  @Test
  void aDeviceThatIsRemovedIsGoneAndItsVerdictsStay() {
    database.devices().add(device("pi-7", "site=plant-2"));
    long run = run("pi-7", 4, Map.of("a", new Verdict(true, 1, 0.5f)), true);
    database.devices().remove("pi-7");
    assertEquals(List.of(), database.devices().all());
    assertEquals(run, baseline("pi-7", OptionalLong.empty()).orElseThrow().run());
    Refusal.says(() -> database.devices().remove("pi-7"), "pi-7 is not in the fleet");
  }

  private static Judged judged(String judge, int threads, Map<String, Verdict> verdicts) {
    return new Judged(
        judge,
        JudgeKind.DEVICE,
        Optional.of(info(judge, threads)),
        verdicts,
        NoiseFloor.UNKNOWN,
        Optional.empty(),
        1);
  }

  private static JudgeInfo info(String judge, int threads) {
    return new JudgeInfo(
        judge,
        JudgeKind.DEVICE,
        "aarch64",
        "onnxruntime 1.29.0",
        "CPUExecutionProvider",
        "Cortex-A76",
        List.of("asimddp", "i8mm"),
        threads,
        32,
        "d".repeat(64));
  }

  private long run(String judge, int threads, Map<String, Verdict> verdicts, boolean passed) {
    long run = database.runs().begin("check");
    Map<String, String> classes = new LinkedHashMap<>();
    verdicts.keySet().forEach(id -> classes.put(id, "valid"));
    database.runs().store(run, PICTURES, "d".repeat(64), judged(judge, threads, verdicts), classes);
    database.runs().end(run, passed);
    return run;
  }

  private Optional<Baseline> baseline(String judge, OptionalLong chosen) {
    return database.runs().baseline(judge, PICTURES, chosen);
  }

  @Test
  void verdictsOfEveryOutcomeComeBackAsTheyWere() {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      boolean labelled = outcome.isDecided() || outcome == Outcome.FLAKY;
      verdicts.put(
          outcome.word(), labelled ? new Verdict(outcome, 3, 0.625f) : Verdict.failed(outcome));
    }
    run("pi-7", 4, verdicts, true);
    assertEquals(verdicts, baseline("pi-7", OptionalLong.empty()).orElseThrow().verdicts());
  }

  @Test
  void moreVerdictsThanABatchAreAllStored() {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (int i = 0; i < 2_345; i++) {
      verdicts.put("p" + i, new Verdict(i % 2 == 0, i % 10, 0.5f));
    }
    run("pi-7", 4, verdicts, true);
    assertEquals(verdicts, baseline("pi-7", OptionalLong.empty()).orElseThrow().verdicts());
    assertEquals(2_345, database.history().runs().get(0).verdicts());
  }

  @Test
  void theBaselineIsTheLastRunThatPassedOrTheOneChosen() {
    Verdict agrees = new Verdict(false, 0, 0.5f);
    Verdict deviates = new Verdict(true, 1, 0.5f);
    assertEquals(Optional.empty(), baseline("pi-7", OptionalLong.empty()));
    long first = run("pi-7", 4, Map.of("a", agrees), true);
    long second = run("pi-7", 4, Map.of("a", deviates), true);
    long failed = run("pi-7", 4, Map.of("a", agrees), false);
    run("other", 4, Map.of("a", agrees), true);
    assertEquals(second, baseline("pi-7", OptionalLong.empty()).orElseThrow().run());
    assertEquals(
        Map.of("a", deviates), baseline("pi-7", OptionalLong.empty()).orElseThrow().verdicts());
    assertEquals(first, baseline("pi-7", OptionalLong.of(first)).orElseThrow().run());
    assertEquals(failed, baseline("pi-7", OptionalLong.of(failed)).orElseThrow().run());
    Refusal.says(() -> baseline("pi-7", OptionalLong.of(99)), "run 99", "device runs");
    List<RecordedRun> runs = database.history().runs();
    assertEquals(Optional.of(false), runs.get(1).passed());
    assertEquals(List.of("other"), runs.get(0).judges());
  }

  @Test
  void aJudgeThatCouldNotBeReachedIsNotedWithTheReason() {
    long run = database.runs().begin("confirm");
    database
        .runs()
        .store(
            run,
            PICTURES,
            "d".repeat(64),
            new Judged(
                "pi-7",
                JudgeKind.DEVICE,
                Optional.empty(),
                Map.of(),
                NoiseFloor.UNKNOWN,
                Optional.of(new Judged.Failure(Outcome.DEVICE_LOST, "gone ".repeat(1_000))),
                1),
            Map.of());
    RecordedRun recorded = database.history().runs().get(0);
    assertEquals(List.of("pi-7"), recorded.judges());
    assertEquals(0, recorded.verdicts());
    assertEquals(Optional.empty(), recorded.passed());
  }

  @Test
  void historyTellsWhoChangedAVerdictSinceWhenAndWhatHadChanged() {
    Verdict agrees = new Verdict(false, 0, 0.5f);
    Verdict deviates = new Verdict(true, 1, 0.5f);
    run("pi-7", 4, Map.of("a", agrees, "b", agrees), true);
    run("pi-7", 4, Map.of("a", agrees, "b", agrees), true);
    run("other", 4, Map.of("a", deviates), true);
    Instant before = Instant.now();
    run("pi-7", 2, Map.of("a", deviates, "b", agrees), true);
    run("pi-7", 2, Map.of("a", deviates, "b", deviates), true);

    List<VerdictChange> changes =
        database.history().changes(PICTURES, Optional.empty(), Optional.empty());
    assertEquals(List.of("a", "b"), changes.stream().map(VerdictChange::picture).toList());
    VerdictChange first = changes.get(0);
    assertEquals("pi-7", first.judge());
    assertEquals(agrees, first.before());
    assertEquals(deviates, first.after());
    assertEquals(List.of(new Cause("threads", "4", "2")), first.causes());
    assertTrue(first.lastSeen().isBefore(first.since()), first.toString());
    assertEquals(List.of(), changes.get(1).causes());
    assertEquals(
        List.of(first), database.history().changes(PICTURES, Optional.of("a"), Optional.empty()));
    assertEquals(
        changes, database.history().changes(PICTURES, Optional.empty(), Optional.of(before)));
    assertEquals(
        List.of(),
        database.history().changes(PICTURES, Optional.empty(), Optional.of(Instant.now())));
  }

  @Test
  void runsOfSeveralProgramsAtTheSameTimeAreAllStored() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String judge = "pi-" + i;
        runs.add(
            threads.submit(() -> run(judge, 4, Map.of("a", new Verdict(true, 1, 0.5f)), true)));
      }
      for (Future<Long> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(8, database.history().runs().size());
    assertEquals(8, database.history().runs().stream().mapToLong(RecordedRun::verdicts).sum());
  }

  private static Ran ran(int convolutions) {
    return new Ran(
        List.of(
            new Ran.ByProvider(
                "CPUExecutionProvider",
                convolutions + 1,
                Map.of("QLinearConv", convolutions, "Flatten", 1))));
  }

  private void runThatTells(Ran ran, Verdict verdict) {
    long run = database.runs().begin("check");
    Judged judged =
        new Judged(
            "pi-7",
            JudgeKind.DEVICE,
            Optional.of(info("pi-7", 4)),
            ran,
            Map.of("a", verdict),
            NoiseFloor.UNKNOWN,
            Optional.empty(),
            1);
    database.runs().store(run, PICTURES, "d".repeat(64), judged, Map.of("a", "valid"));
    database.runs().end(run, true);
  }

  @Test
  void whatReallyRanIsPartOfTheFingerprintAndItsChangeIsNamed() {
    Verdict agrees = new Verdict(false, 0, 0.5f);
    Verdict deviates = new Verdict(true, 1, 0.5f);
    runThatTells(Ran.UNKNOWN, agrees);
    runThatTells(ran(9), deviates);
    runThatTells(ran(8), agrees);
    List<VerdictChange> changes =
        database.history().changes(PICTURES, Optional.empty(), Optional.empty());
    // Where one of the two did not tell, nothing is known to have changed.
    assertEquals(List.of(), changes.get(0).causes());
    assertEquals(
        List.of(
            new Cause(
                "what ran",
                "CPUExecutionProvider 10 nodes (1 Flatten, 9 QLinearConv)",
                "CPUExecutionProvider 9 nodes (1 Flatten, 8 QLinearConv)")),
        changes.get(1).causes());
    FingerprintParts then = baseline("pi-7", OptionalLong.empty()).orElseThrow().fingerprint();
    assertEquals(ran(8).toString(), then.values().get("what ran"));
  }

  @Test
  void aListOfWhatRanThatIsLongerThanItsColumnIsStoredAndStillToldApart() {
    Map<String, Integer> operators = new LinkedHashMap<>();
    for (int i = 0; i < 1_000; i++) {
      operators.put("AnOperatorOfSomeCustomDomain" + i, 1);
    }
    Ran first = new Ran(List.of(new Ran.ByProvider("p", 1_000, operators)));
    operators.put("AnOperatorOfSomeCustomDomain999", 2);
    Ran second = new Ran(List.of(new Ran.ByProvider("p", 1_000, operators)));
    runThatTells(first, new Verdict(false, 0, 0.5f));
    runThatTells(second, new Verdict(true, 1, 0.5f));
    assertEquals(
        1,
        database.history().changes(PICTURES, Optional.empty(), Optional.empty()).stream()
            .mapToInt(change -> change.causes().size())
            .sum());
  }

  @Test
  void cleanPicturesAreFoundAgainWhateverLabelsWereExpected() {
    PictureSet one =
        new PictureSet(PictureSet.Kind.CLEAN, "1".repeat(64), Optional.of("e".repeat(64)));
    PictureSet other =
        new PictureSet(PictureSet.Kind.CLEAN, "2".repeat(64), Optional.of("e".repeat(64)));
    long run = database.runs().begin("check");
    Map<String, Verdict> said = Map.of("clean-0", new Verdict(true, 3, 0.5f));
    database
        .runs()
        .store(run, one, "d".repeat(64), judged("pi-7", 4, said), Map.of("clean-0", "clean"));
    database.runs().end(run, true);
    assertEquals(
        Optional.of(false),
        database.runs().baseline("pi-7", one, OptionalLong.empty()).map(Baseline::otherLabels));
    Baseline found = database.runs().baseline("pi-7", other, OptionalLong.empty()).orElseThrow();
    assertTrue(found.otherLabels());
    assertEquals(said, found.verdicts());
    PictureSet strange =
        new PictureSet(PictureSet.Kind.CLEAN, "3".repeat(64), Optional.of("f".repeat(64)));
    assertEquals(Optional.empty(), database.runs().baseline("pi-7", strange, OptionalLong.empty()));
    // A corpus has no labels beside its own.
    assertEquals(Optional.empty(), baseline("pi-7", OptionalLong.empty()));
  }

  @Test
  void aRunThatIsNoBaselineIsKeptAndNeverComparedWith() {
    long run = database.runs().begin("repair");
    database
        .runs()
        .store(
            run,
            PICTURES,
            "d".repeat(64),
            judged("pi-7", 4, Map.of("a", new Verdict(true, 1, 0.5f))),
            Map.of("a", "valid"));
    assertEquals(false, database.history().runs().get(0).ended());
    database.runs().endWithoutBaseline(run);
    assertEquals(Optional.empty(), baseline("pi-7", OptionalLong.empty()));
    RecordedRun recorded = database.history().runs().get(0);
    assertEquals(true, recorded.ended());
    assertEquals(Optional.empty(), recorded.passed());
    assertEquals(1, recorded.verdicts());
  }

  @Test
  void aDatabaseOfTheVersionBeforeIsBroughtUpToDateAndLosesNothing() throws Exception {
    String old = anotherEmptyDatabase();
    try (Connection connection = DriverManager.getConnection(old);
        Statement statement = connection.createStatement()) {
      Flyway.configure()
          .dataSource(old, null, null)
          .locations("classpath:dev/plumbline/host/fleet/schema")
          .target("1")
          .load()
          .migrate();
      for (String row :
          List.of(
              "insert into device values ('pi-7', '192.168.1.20:7070', timestamp with time zone"
                  + " '2026-11-03 14:05:09.123456+00:00')",
              "insert into device_label values ('pi-7', 'site', 'plant-2')",
              "insert into judge_run (verb, started, finished, passed) values ('check', timestamp"
                  + " with time zone '2026-11-03 15:00:00+00:00', timestamp with time zone"
                  + " '2026-11-03 15:00:01+00:00', true)",
              "insert into fingerprint (digest, arch, runtime, provider, processor, int8_features,"
                  + " threads, batch) values ('"
                  + DIGEST_OF_VERSION_1
                  + "', 'aarch64', 'onnxruntime 1.29.0', 'CPUExecutionProvider', 'Cortex-A76',"
                  + " 'asimddp i8mm', 4, 32)",
              "insert into judging (run_id, judge, judge_kind, fingerprint_id, model_sha256,"
                  + " pictures_kind, pictures_sha256, judged) values (1, 'pi-7', 'device', 1, '"
                  + "d".repeat(64)
                  + "', 'corpus', '"
                  + PICTURES.sha256()
                  + "', timestamp with time zone '2026-11-03 15:00:01+00:00')",
              "insert into verdict values (1, 'a', 'valid', 'agrees', 0, 0.5)",
              "insert into verdict values (1, 'b', 'valid', 'device_lost', null, 0)")) {
        statement.execute(row);
      }
    }
    database = FleetDatabase.open(old);
    assertEquals(List.of(device("pi-7", "site=plant-2")), database.devices().all());
    Baseline then = baseline("pi-7", OptionalLong.empty()).orElseThrow();
    assertEquals(
        Map.of("a", new Verdict(false, 0, 0.5f), "b", Verdict.failed(Outcome.DEVICE_LOST)),
        then.verdicts());
    assertEquals("Cortex-A76", then.fingerprint().values().get("processor"));
    assertEquals(null, then.fingerprint().values().get("what ran"));
    assertEquals(Optional.of(true), database.history().runs().get(0).passed());
    // The same judge goes on under the row that it has, and one that tells more gets its own.
    run("pi-7", 4, Map.of("a", new Verdict(false, 0, 0.5f)), true);
    assertEquals(1, fingerprints(old));
    runThatTells(ran(9), new Verdict(true, 1, 0.5f));
    assertEquals(2, fingerprints(old));
    assertEquals(
        1, database.history().changes(PICTURES, Optional.of("a"), Optional.empty()).size());
  }

  private static int fingerprints(String url) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from fingerprint")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
