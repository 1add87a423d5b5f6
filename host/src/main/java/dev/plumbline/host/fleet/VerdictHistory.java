package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.task.Decision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;

/** Which judges changed their verdicts, since when, and what had changed about them. */
public final class VerdictHistory {
  private final FleetDatabase database;

  VerdictHistory(FleetDatabase database) {
    this.database = database;
  }

  private record Row(
      String judge, String picture, Verdict verdict, Instant judged, FingerprintParts parts) {
    boolean isOfTheSame(Row other) {
      return judge.equals(other.judge) && picture.equals(other.picture);
    }
  }

  /**
   * The changes on a set of pictures, by judge, then picture, then time.
   *
   * @param picture the id of the only one to look at; empty for all
   * @param since leaves out what changed before; empty for all times
   */
  public List<VerdictChange> changes(
      PictureSet pictures, Optional<String> picture, Optional<Instant> since) {
    return database.transaction(
        handle -> {
          Query query =
              handle
                  .createQuery(
                      "select j.judge, v.picture, v.outcome, v.label, v.confidence,"
                          + " v.decision, j.judged,"
                          + " j.model_sha256, "
                          + FingerprintParts.COLUMNS
                          + " from judging j join verdict v"
                          + " on v.judging_id = j.id left join fingerprint f on f.id ="
                          + " j.fingerprint_id where j.pictures_sha256 = :sha256"
                          + (picture.isPresent() ? " and v.picture = :picture" : "")
                          + " order by j.judge, v.picture, j.judged, j.id")
                  .bind("sha256", pictures.sha256());
          picture.ifPresent(id -> query.bind("picture", id));
          List<VerdictChange> changes = new ArrayList<>();
          Row[] last = new Row[1];
          query
              .map((row, context) -> row(row))
              .forEach(
                  row -> {
                    if (last[0] != null && row.isOfTheSame(last[0])) {
                      change(last[0], row)
                          .filter(c -> since.isEmpty() || !c.since().isBefore(since.get()))
                          .ifPresent(changes::add);
                    }
                    last[0] = row;
                  });
          return changes;
        });
  }

  /** A deviation of a judge's turn; its picture is null where the turn has none. */
  private record Deviation(
      long judging, long run, String judge, Instant judged, String picture, Double severity) {}

  /**
   * How severe the deviations were that judges saw on a corpus, by run, then in the order in which
   * the judges ended.
   *
   * @param seeds numbers of the seeds, by the ids of the pictures
   * @param picture as in {@link #changes}
   * @param since likewise
   */
  public List<RunSeverities> severities(
      PictureSet pictures,
      Map<String, Integer> seeds,
      Optional<String> picture,
      Optional<Instant> since) {
    Map<Long, List<Deviation>> turns = new LinkedHashMap<>();
    for (Deviation deviation : deviations(pictures, picture)) {
      turns.computeIfAbsent(deviation.judging(), id -> new ArrayList<>()).add(deviation);
    }
    return turns.values().stream()
        .map(turn -> severities(seeds, turn))
        .filter(of -> since.isEmpty() || !of.judged().isBefore(since.get()))
        .toList();
  }

  private static RunSeverities severities(Map<String, Integer> seeds, List<Deviation> turn) {
    Map<Integer, List<Double>> bySeed = new TreeMap<>();
    for (Deviation deviation : turn) {
      if (deviation.severity() != null) {
        bySeed
            .computeIfAbsent(seeds.get(deviation.picture()), seed -> new ArrayList<>())
            .add(deviation.severity());
      }
    }
    Deviation any = turn.get(0);
    return new RunSeverities(
        any.run(),
        any.judge(),
        any.judged(),
        (int) turn.stream().filter(deviation -> deviation.picture() != null).count(),
        Severities.ofSeeds(bySeed));
  }

  private List<Deviation> deviations(PictureSet pictures, Optional<String> picture) {
    return database.transaction(
        handle -> {
          Query query =
              handle
                  .createQuery(
                      "select j.id, j.run_id, j.judge, j.judged, v.picture, v.severity from judging"
                          + " j left join verdict v on v.judging_id = j.id and v.outcome ="
                          + " :deviates"
                          + (picture.isPresent() ? " and v.picture = :picture" : "")
                          + " where j.pictures_sha256 = :sha256 and (j.failure is null or v.picture"
                          + " is not null) order by j.run_id, j.id, v.picture")
                  .bind("deviates", Outcome.DEVIATES.word())
                  .bind("sha256", pictures.sha256());
          picture.ifPresent(id -> query.bind("picture", id));
          return query
              .map(
                  (row, context) -> {
                    float column = row.getFloat(6);
                    Double severity = row.wasNull() ? null : (Double) (double) column;
                    return new Deviation(
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(3),
                        Times.read(row, 4),
                        row.getString(5),
                        severity);
                  })
              .list();
        });
  }

  /** All runs, the newest first. */
  public List<RecordedRun> runs() {
    return database.transaction(
        handle -> {
          Map<Long, List<String>> judges = new LinkedHashMap<>();
          handle
              .createQuery("select distinct run_id, judge from judging order by run_id, judge")
              .map((row, context) -> Map.entry(row.getLong(1), row.getString(2)))
              .forEach(
                  entry ->
                      judges
                          .computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                          .add(entry.getValue()));
          return handle
              .createQuery(
                  "select r.id, r.verb, r.started, r.passed, r.finished is not null,"
                      + " count(v.picture) from judge_run r left join judging j on j.run_id = r.id"
                      + " left join verdict v on v.judging_id = j.id group by r.id, r.verb,"
                      + " r.started, r.passed, r.finished order by r.id desc")
              .map(
                  (row, context) -> {
                    boolean passed = row.getBoolean(4);
                    Optional<Boolean> ended =
                        row.wasNull() ? Optional.empty() : Optional.of(passed);
                    return new RecordedRun(
                        row.getLong(1),
                        row.getString(2),
                        Times.read(row, 3),
                        row.getBoolean(5),
                        ended,
                        judges.getOrDefault(row.getLong(1), List.of()),
                        row.getLong(6));
                  })
              .list();
        });
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString(1),
        row.getString(2),
        RunLog.verdict(row, 3),
        Times.read(row, 7),
        FingerprintParts.read(row, 8));
  }

  private static boolean sameDecision(Verdict before, Verdict after) {
    return before
        .decision()
        .map(Decision::identity)
        .equals(after.decision().map(Decision::identity));
  }

  private static Optional<VerdictChange> change(Row before, Row after) {
    if (before.verdict().outcome() == after.verdict().outcome()
        && sameDecision(before.verdict(), after.verdict())) {
      return Optional.empty();
    }
    return Optional.of(
        new VerdictChange(
            after.judge(),
            after.picture(),
            before.verdict(),
            before.judged(),
            after.verdict(),
            after.judged(),
            before.parts().changesTo(after.parts())));
  }
}
