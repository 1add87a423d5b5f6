package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.task.Task;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a judge said of pictures in an earlier run.
 *
 * @param run its number
 * @param judged when
 * @param otherLabels whether other labels were expected of the pictures then
 * @param fingerprint what produced the verdicts
 * @param verdicts by the id of the picture
 */
public record Baseline(
    long run,
    Instant judged,
    boolean otherLabels,
    FingerprintParts fingerprint,
    Map<String, Verdict> verdicts) {

  /**
   * Whether what the model decided on a picture then deviates from what is expected of it today: it
   * does not depend on what was expected.
   *
   * @return empty if it said nothing that stands
   */
  Optional<Boolean> deviates(Task task, Question question) {
    return Optional.ofNullable(verdicts.get(question.id()))
        .filter(Verdict::isDecided)
        .flatMap(Verdict::decision)
        .map(then -> task.differ(question.expected(), then));
  }
}
