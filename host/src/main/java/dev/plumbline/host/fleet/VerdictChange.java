package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Verdict;
import java.time.Instant;
import java.util.List;

/**
 * A judge that said something else of a picture than the time before.
 *
 * @param judge who
 * @param picture id of it
 * @param before the last verdict before the change
 * @param lastSeen when that was given
 * @param after the first verdict after it
 * @param since when that was given
 * @param causes what differed in the fingerprint, or in the model; empty if nothing did
 */
public record VerdictChange(
    String judge,
    String picture,
    Verdict before,
    Instant lastSeen,
    Verdict after,
    Instant since,
    List<Cause> causes) {

  /**
   * A part of the fingerprint that is no longer what it was.
   *
   * @param part which
   * @param before what it was
   * @param after what it became
   */
  public record Cause(String part, String before, String after) {
    @Override
    public String toString() {
      return part + " " + before + " -> " + after;
    }
  }

  public VerdictChange {
    causes = List.copyOf(causes);
  }
}
