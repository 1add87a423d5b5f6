package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Removes runs and their verdicts, so that a fleet's database does not grow for ever. */
public final class RunRemoval {
  private final FleetDatabase database;

  RunRemoval(FleetDatabase database) {
    this.database = database;
  }

  /**
   * What was removed, and what was not.
   *
   * @param removed numbers of the runs that are gone
   * @param baselines those of the chosen runs that checks compare with: removed where they were
   *     chosen by number, kept where they were chosen by age
   * @param verdicts that are gone with the runs
   * @param kept number of runs that are left
   */
  public record Outcome(List<Long> removed, List<Long> baselines, long verdicts, long kept) {
    public Outcome {
      removed = List.copyOf(removed);
      baselines = List.copyOf(baselines);
    }
  }

  /**
   * Removes these runs, baselines among them.
   *
   * @throws BadInputException if there is no run of one of the numbers; none is removed then
   */
  public Outcome remove(Set<Long> runs) {
    return database.changed(
        handle -> {
          runs.forEach(run -> RunLog.requireRun(handle, run));
          List<Long> chosen = List.copyOf(new TreeSet<>(runs));
          Set<Long> baselines = baselines(handle);
          return removed(handle, chosen, chosen.stream().filter(baselines::contains).toList());
        });
  }

  /** Removes the runs that began before a time, but for those that checks compare with. */
  public Outcome removeBefore(Instant time) {
    return database.changed(
        handle -> {
          List<Long> old =
              handle
                  .createQuery("select id from judge_run where started < :time order by id")
                  .bind("time", Times.stored(time))
                  .mapTo(Long.class)
                  .list();
          Set<Long> baselines = baselines(handle);
          List<Long> chosen = new ArrayList<>(old);
          chosen.removeAll(baselines);
          return removed(handle, chosen, old.stream().filter(baselines::contains).toList());
        });
  }

  /** For each judge and set of pictures, the last run that passed: see {@link RunLog#baseline}. */
  private static Set<Long> baselines(Handle handle) {
    return new TreeSet<>(
        handle
            .createQuery(
                "select distinct run_id from judging where id in (select max(j.id) from judging j"
                    + " join judge_run r on r.id = j.run_id where r.passed = true"
                    + " group by j.judge, j.pictures_sha256)")
            .mapTo(Long.class)
            .list());
  }

  private static Outcome removed(Handle handle, List<Long> runs, List<Long> baselines) {
    long verdicts = 0;
    if (!runs.isEmpty()) {
      String judgings = "select id from judging where run_id in (<runs>)";
      verdicts =
          execute(handle, "delete from verdict where judging_id in (" + judgings + ")", runs);
      execute(handle, "delete from judging where run_id in (<runs>)", runs);
      execute(handle, "delete from judge_run where id in (<runs>)", runs);
    }
    long kept = handle.createQuery("select count(*) from judge_run").mapTo(Long.class).one();
    return new Outcome(runs, baselines, verdicts, kept);
  }

  private static long execute(Handle handle, String statement, List<Long> runs) {
    return handle.createUpdate(statement).bindList("runs", runs).execute();
  }
}
