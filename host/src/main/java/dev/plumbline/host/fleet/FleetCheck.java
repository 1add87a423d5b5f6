package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The fleet's regression gate: has every judge replay a corpus and clean pictures and compares with
 * the baseline.
 *
 * @param run its number
 * @param checks on the corpus, then on clean pictures, in the order of the judges
 * @param answers what the judges said
 */
public record FleetCheck(long run, List<BaselineCheck> checks, FleetRun.Answers answers) {
  public FleetCheck {
    checks = List.copyOf(checks);
  }

  /**
   * Checks. The baseline is looked up before anything new is stored.
   *
   * @param chosen number of the run to compare with; empty for each judge's last that passed
   * @param maxNew new flips that a judge may have
   * @param further what else the answers have to pass to be a baseline
   */
  public static FleetCheck of(
      FleetDatabase database,
      FleetRun run,
      Corpus corpus,
      List<Question> clean,
      List<JudgeSource> judges,
      OptionalLong chosen,
      int maxNew,
      Predicate<FleetRun.Answers> further) {
    PictureSet ofCorpus = PictureSet.of(corpus);
    PictureSet ofClean = PictureSet.ofClean(clean);
    Map<String, Optional<Baseline>> onCorpus = new HashMap<>();
    Map<String, Optional<Baseline>> onClean = new HashMap<>();
    for (JudgeSource judge : judges) {
      onCorpus.put(judge.id(), database.runs().baseline(judge.id(), ofCorpus, chosen));
      onClean.put(judge.id(), database.runs().baseline(judge.id(), ofClean, chosen));
    }
    FleetRun.Answers answers = run.replay(corpus, clean, judges);
    List<Question> questions = Question.of(corpus);
    Set<String> known = known(corpus);
    List<BaselineCheck> checks = new ArrayList<>();
    for (Judged judged : answers.onCorpus()) {
      checks.add(
          BaselineCheck.of(
              run.task(),
              judged,
              ofCorpus.kind(),
              questions,
              onCorpus.get(judged.id()),
              Optional.of(known)));
    }
    for (Judged judged : answers.onClean()) {
      checks.add(
          BaselineCheck.of(
              run.task(),
              judged,
              ofClean.kind(),
              clean,
              onClean.get(judged.id()),
              Optional.empty()));
    }
    FleetCheck check = new FleetCheck(run.number(), checks, answers);
    boolean furtherPassed = further.test(answers);
    run.end(check.passed(maxNew) && answers.failures().isEmpty() && furtherPassed);
    return check;
  }

  /** Pictures on which the search, or any judge in the corpus, said that the model deviates. */
  private static Set<String> known(Corpus corpus) {
    return corpus.inputs().stream()
        .filter(
            input ->
                input.pictureClass() == PictureClass.EFFECTIVE
                    || input.verdicts().values().stream().anyMatch(Verdict::deviates))
        .map(CorpusInput::id)
        .collect(Collectors.toSet());
  }

  /** New flips of a judge, on all pictures. */
  public int flips(String judge) {
    return checks.stream()
        .filter(check -> check.judged().id().equals(judge))
        .mapToInt(BaselineCheck::flips)
        .sum();
  }

  /** Whether a judge has more new flips than it may. */
  public boolean failed(int maxNew) {
    return answers.onCorpus().stream().anyMatch(judged -> flips(judged.id()) > maxNew);
  }

  /** Judges that decided no picture of the corpus; all of them where it has none. */
  public List<String> idle() {
    return answers.onCorpus().stream()
        .filter(judged -> judged.verdicts().values().stream().noneMatch(Verdict::isDecided))
        .map(Judged::id)
        .toList();
  }

  /** Whether every judge decided something, and none has more new flips than it may. */
  public boolean passed(int maxNew) {
    return !failed(maxNew) && idle().isEmpty();
  }
}
