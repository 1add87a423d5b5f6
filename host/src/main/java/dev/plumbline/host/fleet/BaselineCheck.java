package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.fleet.VerdictChange.Cause;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a judge says of pictures today, against what it said before. A new flip is a picture on
 * which the model deviates now and did not then; flaky ones are never flips.
 *
 * @param judged today
 * @param pictures what they are
 * @param baseline what it said before; empty if it never judged them in a run that passed
 * @param groups the classes of the pictures, in their order
 */
public record BaselineCheck(
    Judged judged, PictureSet.Kind pictures, Optional<Baseline> baseline, List<Group> groups) {

  /**
   * The pictures of one class.
   *
   * @param name of the class
   * @param asked pictures
   * @param compared of them, with a decided verdict now and something to compare it with
   * @param flips in the order of the pictures
   * @param mended pictures that deviated then and do not now
   * @param outcomes what came out today, by outcome
   */
  public record Group(
      String name,
      int asked,
      int compared,
      List<Flip> flips,
      int mended,
      Map<Outcome, Integer> outcomes) {
    /** Pictures that could not be run. */
    public int failed() {
      return outcomes.entrySet().stream()
          .filter(e -> !e.getKey().isDecided() && e.getKey() != Outcome.FLAKY)
          .mapToInt(Map.Entry::getValue)
          .sum();
    }
  }

  /**
   * A picture on which the model deviates only now.
   *
   * @param picture its id
   * @param expected what the model should decide
   * @param after today's verdict
   */
  public record Flip(String picture, Decision expected, Verdict after) {}

  public BaselineCheck {
    groups = List.copyOf(groups);
  }

  /**
   * Compares.
   *
   * @param known ids of pictures known to deviate by other sources than the database, for a judge
   *     without baseline; empty if nothing at all is known of these pictures
   */
  public static BaselineCheck of(
      Task task,
      Judged judged,
      PictureSet.Kind pictures,
      List<Question> questions,
      Optional<Baseline> baseline,
      Optional<Set<String>> known) {
    Map<String, Tally> tallies = new LinkedHashMap<>();
    for (Question question : questions) {
      Verdict now = judged.verdicts().get(question.id());
      tallies
          .computeIfAbsent(question.group(), Tally::new)
          .add(question, Optional.ofNullable(now), before(task, question, baseline, known));
    }
    return new BaselineCheck(
        judged, pictures, baseline, tallies.values().stream().map(Tally::group).toList());
  }

  /** Whether the picture deviated before; empty if that is unknown. */
  private static Optional<Boolean> before(
      Task task, Question question, Optional<Baseline> baseline, Optional<Set<String>> known) {
    return baseline.isPresent()
        ? baseline.get().deviates(task, question)
        : known.map(ids -> ids.contains(question.id()));
  }

  /** What differs in the judge's fingerprint, or in the model, from the baseline's. */
  public List<Cause> changes() {
    return baseline
        .flatMap(then -> FingerprintParts.of(judged).map(now -> then.fingerprint().changesTo(now)))
        .orElse(List.of());
  }

  /** One sentence where the baseline expected other decisions on the pictures; empty if not. */
  public Optional<String> labelling() {
    return baseline
        .filter(Baseline::otherLabels)
        .map(
            then ->
                judged.id()
                    + ": run "
                    + then.run()
                    + " expected other decisions on these "
                    + pictures
                    + " pictures; the decisions that the model made then are compared with those"
                    + " that are expected today");
  }

  /** All new flips of the judge on these pictures. */
  public int flips() {
    return groups.stream().mapToInt(group -> group.flips().size()).sum();
  }

  private static final class Tally {
    private final String name;
    private int asked;
    private int compared;
    private int mended;
    private final List<Flip> flips = new ArrayList<>();
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    Tally(String name) {
      this.name = name;
    }

    void add(Question question, Optional<Verdict> now, Optional<Boolean> before) {
      asked++;
      now.ifPresent(verdict -> outcomes.merge(verdict.outcome(), 1, Integer::sum));
      if (now.isEmpty() || !now.get().isDecided() || before.isEmpty()) {
        return;
      }
      compared++;
      boolean deviated = before.get();
      if (now.get().deviates() && !deviated) {
        flips.add(new Flip(question.id(), question.expected(), now.get()));
      } else if (deviated && !now.get().deviates()) {
        mended++;
      }
    }

    Group group() {
      return new Group(name, asked, compared, List.copyOf(flips), mended, outcomes);
    }
  }
}
