package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decisions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Runs and their verdicts. What a judge said is stored when its turn ends, whole or not at all. */
public final class RunLog {
  private static final int MESSAGE = 2_000;
  private static final int ROWS_AT_ONCE = 1_000;

  private final FleetDatabase database;

  RunLog(FleetDatabase database) {
    this.database = database;
  }

  /**
   * Notes that a run begins.
   *
   * @param verb of the command line
   * @return the number of the run
   */
  public long begin(String verb) {
    return database.changed(
        handle ->
            handle
                .createUpdate("insert into judge_run (verb, started) values (:verb, :started)")
                .bind("verb", verb)
                .bind("started", Times.stored(Instant.now()))
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one());
  }

  /** Notes the end of a run; one that passed is the baseline of later ones. */
  public void end(long run, boolean passed) {
    database.change(
        handle ->
            handle
                .createUpdate(
                    "update judge_run set finished = :finished, passed = :passed where id = :id")
                .bind("finished", Times.stored(Instant.now()))
                .bind("passed", passed)
                .bind("id", run)
                .execute());
  }

  /** Notes the end of a run that is no baseline of later ones, whatever came out. */
  public void endWithoutBaseline(long run) {
    database.change(
        handle ->
            handle
                .createUpdate("update judge_run set finished = :finished where id = :id")
                .bind("finished", Times.stored(Instant.now()))
                .bind("id", run)
                .execute());
  }

  /**
   * Stores what a judge said.
   *
   * @param modelSha256 of the model that it was asked to run
   * @param classes of the pictures, by their ids
   * @param severities of deviations, by the ids of the pictures, where they are known
   */
  public void store(
      long run,
      PictureSet pictures,
      String modelSha256,
      Judged judged,
      Map<String, String> classes,
      Map<String, Double> severities) {
    judged.info().ifPresent(info -> keep(info, judged.ran()));
    database.change(
        handle -> {
          long judging = insert(handle, run, pictures, modelSha256, judged);
          insert(handle, judging, judged.verdicts(), classes, severities);
        });
  }

  private static long insert(
      Handle handle, long run, PictureSet pictures, String modelSha256, Judged judged) {
    return handle
        .createUpdate(
            "insert into judging (run_id, judge, judge_kind, fingerprint_id, model_sha256,"
                + " pictures_kind, pictures_sha256, unlabelled_sha256, judged, failure,"
                + " failure_message) values (:run, :judge, :kind, :fingerprint, :model, :pictures,"
                + " :sha256, :unlabelled, :judged, :failure, :message)")
        .bind("run", run)
        .bind("judge", judged.id())
        .bind("kind", judged.kind().toString())
        .bind(
            "fingerprint",
            judged
                .info()
                .flatMap(info -> fingerprint(handle, FingerprintParts.digest(info, judged.ran())))
                .orElse(null))
        .bind("model", modelSha256)
        .bind("pictures", pictures.kind().toString())
        .bind("sha256", pictures.sha256())
        .bind("unlabelled", pictures.unlabelledSha256().orElse(null))
        .bind("judged", Times.stored(Instant.now()))
        .bind("failure", judged.failure().map(f -> f.outcome().word()).orElse(null))
        .bind("message", judged.failure().map(f -> cut(f.message())).orElse(null))
        .executeAndReturnGeneratedKeys("id")
        .mapTo(Long.class)
        .one();
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE ? message : message.substring(0, MESSAGE);
  }

  /** Makes sure that a fingerprint has its row, which other hosts may make at the same time. */
  private void keep(JudgeInfo info, Placement ran) {
    String digest = FingerprintParts.digest(info, ran);
    boolean known = database.transaction(handle -> fingerprint(handle, digest).isPresent());
    if (!known) {
      // Taken in between, it is as good as made here.
      database.changeUnlessTaken(handle -> insert(handle, info, ran, digest));
    }
  }

  private static void insert(Handle handle, JudgeInfo info, Placement ran, String digest) {
    handle
        .createUpdate(
            "insert into fingerprint (digest, arch, runtime, provider, processor, int8_features,"
                + " threads, batch, ran) values (:digest, :arch, :runtime, :provider, :processor,"
                + " :features, :threads, :batch, :ran)")
        .bind("digest", digest)
        .bind("arch", info.arch())
        .bind("runtime", info.runtime())
        .bind("provider", info.provider())
        .bind("processor", info.processor())
        .bind("features", FingerprintParts.features(info))
        .bind("threads", info.threads())
        .bind("batch", info.batch())
        .bind("ran", FingerprintParts.text(ran))
        .execute();
  }

  private static Optional<Long> fingerprint(Handle handle, String digest) {
    return handle
        .createQuery("select id from fingerprint where digest = :digest")
        .bind("digest", digest)
        .mapTo(Long.class)
        .findOne();
  }

  private static void insert(
      Handle handle,
      long judging,
      Map<String, Verdict> verdicts,
      Map<String, String> classes,
      Map<String, Double> severities) {
    PreparedBatch batch =
        handle.prepareBatch(
            "insert into verdict (judging_id, picture, picture_class, outcome, label, confidence,"
                + " decision, severity)"
                + " values (:judging, :picture, :class, :outcome, :label, :confidence, :decision,"
                + " :severity)");
    for (Map.Entry<String, Verdict> entry : verdicts.entrySet()) {
      Verdict verdict = entry.getValue();
      batch
          .bind("judging", judging)
          .bind("picture", entry.getKey())
          .bind("class", classes.get(entry.getKey()))
          .bind("outcome", verdict.outcome().word())
          .bind("label", verdict.label())
          .bind("confidence", verdict.decision().map(Decision::confidence).orElse(0f))
          .bind("decision", verdict.label() == null ? written(verdict) : null)
          .bind("severity", severities.get(entry.getKey()))
          .add();
      if (batch.size() == ROWS_AT_ONCE) {
        batch.execute();
      }
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /**
   * What a judge said of pictures before; of clean ones whatever the labels were that they should
   * have got then.
   *
   * @param chosen number of the run to look into; empty for the last that passed
   * @return empty if this judge did not judge these pictures there
   * @throws BadInputException if there is no run of the chosen number
   */
  public Optional<Baseline> baseline(String judge, PictureSet pictures, OptionalLong chosen) {
    return database.transaction(
        handle -> {
          if (chosen.isPresent()) {
            requireRun(handle, chosen.getAsLong());
          }
          return handle
              .createQuery(
                  "select j.id, j.run_id, j.judged, j.pictures_sha256, j.model_sha256, "
                      + FingerprintParts.COLUMNS
                      + " from judging j join judge_run r on r.id = j.run_id left join"
                      + " fingerprint f on f.id = j.fingerprint_id where j.judge = :judge and"
                      + " (j.pictures_sha256 = :sha256 or j.unlabelled_sha256 = :unlabelled) and "
                      + (chosen.isPresent() ? "r.id = :chosen" : "r.passed = true")
                      + " order by j.id desc fetch first 1 rows only")
              .bind("judge", judge)
              .bind("sha256", pictures.sha256())
              .bind("unlabelled", pictures.unlabelledSha256().orElse(null))
              .bindMap(chosen.isPresent() ? Map.of("chosen", chosen.getAsLong()) : Map.of())
              .map(
                  (row, context) ->
                      new Baseline(
                          row.getLong(2),
                          Times.read(row, 3),
                          !row.getString(4).equals(pictures.sha256()),
                          FingerprintParts.read(row, 5),
                          verdicts(handle, row.getLong(1))))
              .findOne();
        });
  }

  static void requireRun(Handle handle, long run) {
    boolean there =
        handle
            .createQuery("select 1 from judge_run where id = :id")
            .bind("id", run)
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (!there) {
      throw new BadInputException(
          "run " + run + " is not in the database, expected one of those that 'device runs' lists");
    }
  }

  private static Map<String, Verdict> verdicts(Handle handle, long judging) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    handle
        .createQuery(
            "select picture, outcome, label, confidence, decision from verdict where judging_id ="
                + " :id order by picture")
        .bind("id", judging)
        .map((row, context) -> Map.entry(row.getString(1), verdict(row, 2)))
        .forEach(entry -> verdicts.put(entry.getKey(), entry.getValue()));
    return verdicts;
  }

  private static String written(Verdict verdict) {
    return verdict.decision().map(Decisions::write).orElse(null);
  }

  /** From the columns outcome, label, confidence, decision. */
  static Verdict verdict(ResultSet row, int first) throws SQLException {
    String decision = row.getString(first + 3);
    if (decision != null) {
      return new Verdict(
          Outcome.ofWord(row.getString(first)), Optional.of(Decisions.read(decision)));
    }
    int column = row.getInt(first + 1);
    Integer label = row.wasNull() ? null : (Integer) column;
    return Verdict.of(Outcome.ofWord(row.getString(first)), label, row.getFloat(first + 2));
  }
}
