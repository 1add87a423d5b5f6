package dev.plumbline.host.fleet;

import static dev.plumbline.host.fleet.NotedRuns.AGREES;
import static dev.plumbline.host.fleet.NotedRuns.DEVIATES;
import static dev.plumbline.host.fleet.NotedRuns.MODEL;
import static dev.plumbline.host.fleet.NotedRuns.PICTURES;
import static dev.plumbline.host.fleet.NotedRuns.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.corpus.Verdict;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A database that an older Plumbline made. */
interface FleetUpgradeContract extends FreshFleet {
  /** By sha256sum, of the parts that version 1 joined, one on a line. */
  String DIGEST_OF_VERSION_1 = "5b6b8d621781e87e8128acec40bb37296cc1ee57ded13bc7cc826e63c18cfda1";

  @Test
  default void aDatabaseOfTheVersionBeforeIsBroughtUpToDateAndLosesNothing() throws Exception {
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
                  + MODEL
                  + "', 'corpus', '"
                  + PICTURES.sha256()
                  + "', timestamp with time zone '2026-11-03 15:00:01+00:00')",
              "insert into verdict values (1, 'a', 'valid', 'agrees', 0, 0.5)",
              "insert into verdict values (1, 'b', 'valid', 'device_lost', null, 0)")) {
        statement.execute(row);
      }
    }
    FleetDatabase database = FleetDatabase.open(old);
    NotedRuns noted = new NotedRuns(database);
    assertEquals(
        List.of(FleetDevicesContract.device("pi-7", "site=plant-2")), database.devices().all());
    Baseline then = noted.baseline("pi-7").orElseThrow();
    assertEquals(Map.of("a", AGREES, "b", Verdict.failed(Outcome.DEVICE_LOST)), then.verdicts());
    assertEquals("Cortex-A76", then.fingerprint().values().get("processor"));
    assertEquals(null, then.fingerprint().values().get("what ran"));
    assertEquals(Optional.of(true), database.history().runs().get(0).passed());
    // The same judge goes on under the row that it has, and one that tells more gets its own.
    noted.run("pi-7", Map.of("a", AGREES));
    assertEquals(1, fingerprints(old));
    noted.runThatTells(ran(9), DEVIATES);
    assertEquals(2, fingerprints(old));
    assertEquals(
        1, database.history().changes(PICTURES, Optional.of("a"), Optional.empty()).size());
  }

  @Test
  default void severitiesOfADatabaseThatKeptNoneAreNotKnown() throws Exception {
    String old = anotherEmptyDatabase();
    try (Connection connection = DriverManager.getConnection(old);
        Statement statement = connection.createStatement()) {
      Flyway.configure()
          .dataSource(old, null, null)
          .locations("classpath:dev/plumbline/host/fleet/schema")
          .target("3")
          .load()
          .migrate();
      for (String row :
          List.of(
              "insert into judge_run (verb, started, passed) values ('check', timestamp with time"
                  + " zone '2026-11-03 15:00:00+00:00', true)",
              "insert into judging (run_id, judge, judge_kind, model_sha256, pictures_kind,"
                  + " pictures_sha256, judged) values (1, 'pi-7', 'device', '"
                  + MODEL
                  + "', 'corpus', '"
                  + PICTURES.sha256()
                  + "', timestamp with time zone '2026-11-03 15:00:01+00:00')",
              "insert into verdict (judging_id, picture, picture_class, outcome, label, confidence)"
                  + " values (1, 'a', 'effective', 'deviates', 1, 0.5)")) {
        statement.execute(row);
      }
    }
    NotedRuns noted = new NotedRuns(FleetDatabase.open(old));
    noted.run("pi-7", Map.of("a", DEVIATES), Map.of("a", 0.5));
    List<RunSeverities> severities = noted.severities();
    assertEquals(List.of(1, 1), severities.stream().map(RunSeverities::deviations).toList());
    assertEquals(
        List.of(new Severities(List.of(), List.of()), new Severities(List.of(0.5), List.of(0.5))),
        severities.stream().map(RunSeverities::severities).toList());
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
