package dev.plumbline.host.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalDouble;

/**
 * What one judge says of one round of search and repair.
 *
 * @param round from 1
 * @param judge id of the judge that counted
 * @param fixed deviations before the round and none after, on the pictures it learned from
 * @param stillBroken deviations before and after
 * @param newlyBroken deviations after only
 * @param corpus deviations left on the corpus that the repair began with
 * @param heldout deviations left on pictures that the repair does not learn from
 * @param accuracy on clean pictures kept aside, 0 to 1; empty where labels are not known
 * @param agreement with the original on them, 0 to 1
 * @param kept whether the round's model was the best so far
 */
public record RepairRoundSummary(
    int round,
    String judge,
    long fixed,
    @JsonProperty("still_broken") long stillBroken,
    @JsonProperty("newly_broken") long newlyBroken,
    long corpus,
    long heldout,
    OptionalDouble accuracy,
    double agreement,
    boolean kept) {
  public RepairRoundSummary {
    Checks.named("judge of a round", judge);
    Checks.count("fixed", fixed);
    Checks.count("still_broken", stillBroken);
    Checks.count("newly_broken", newlyBroken);
    Checks.count("corpus", corpus);
    Checks.count("heldout", heldout);
    Checks.share("accuracy", accuracy);
    Checks.share("agreement", agreement);
  }
}
