package dev.plumbline.host.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run that the database holds.
 *
 * @param id its number
 * @param verb of the command line
 * @param started when
 * @param ended false while it runs, or if it was cut off
 * @param passed whether it is a baseline of later ones; empty if it has not ended, or can be none
 * @param judges ids of those that had their turn
 * @param verdicts all that they gave
 */
public record RecordedRun(
    long id,
    String verb,
    Instant started,
    boolean ended,
    Optional<Boolean> passed,
    List<String> judges,
    long verdicts) {
  public RecordedRun {
    judges = List.copyOf(judges);
  }
}
