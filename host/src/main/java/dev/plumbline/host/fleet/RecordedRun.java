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
 * @param passed empty while it runs, or if it was cut off
 * @param judges ids of those that had their turn
 * @param verdicts all that they gave
 */
public record RecordedRun(
    long id,
    String verb,
    Instant started,
    Optional<Boolean> passed,
    List<String> judges,
    long verdicts) {
  public RecordedRun {
    judges = List.copyOf(judges);
  }
}
