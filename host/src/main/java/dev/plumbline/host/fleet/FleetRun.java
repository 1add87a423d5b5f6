package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.JudgeTally;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run of judges over a corpus and clean pictures, all asked at the same time. What a judge says
 * is stored when its turn ends, so that nothing is lost with what comes after it.
 */
public final class FleetRun {
  private final FleetDatabase database;
  private final RepeatedJudging judging;
  private final String modelSha256;
  private final long number;

  private FleetRun(
      FleetDatabase database, RepeatedJudging judging, String modelSha256, long number) {
    this.database = database;
    this.judging = judging;
    this.modelSha256 = modelSha256;
    this.number = number;
  }

  /**
   * @param verb of the command line
   * @param modelSha256 of the model that is judged
   */
  public static FleetRun begin(
      FleetDatabase database, String verb, RepeatedJudging judging, String modelSha256) {
    return new FleetRun(database, judging, modelSha256, database.runs().begin(verb));
  }

  /** What the model that is judged is for. */
  Task task() {
    return judging.task();
  }

  /**
   * What the judges said.
   *
   * @param corpus with their verdicts, if these were to be kept in it
   * @param onCorpus by every judge, in order
   * @param onClean by the judges that were not lost before; empty without clean pictures
   */
  public record Answers(Corpus corpus, List<Judged> onCorpus, List<Judged> onClean) {
    /** Failures of judges that could not be asked, or not to the end, one for each such judge. */
    public Map<String, Judged.Failure> failures() {
      Map<String, Judged.Failure> failures = new LinkedHashMap<>();
      for (List<Judged> answers : List.of(onCorpus, onClean)) {
        answers.forEach(a -> a.failure().ifPresent(f -> failures.put(a.id(), f)));
      }
      return failures;
    }

    /** What each judge that was asked says of the corpus, in which its verdicts are. */
    public List<JudgeTally> tallies() {
      return onCorpus.stream()
          .flatMap(judged -> judged.info().stream())
          .map(info -> JudgeTally.of(corpus, info))
          .toList();
    }
  }

  /** What one judge said. */
  private record Turn(Optional<Judged> onCorpus, Optional<Judged> onClean) {}

  /** Asks all judges, and keeps the verdicts in the corpus too. */
  public Answers confirm(Corpus corpus, List<Question> clean, List<JudgeSource> judges) {
    List<Turn> turns = ask(corpus, clean, judges, judged -> judged.keepIn(corpus));
    // Those that came first are not those that are named first.
    List<String> order = new ArrayList<>();
    corpus.header().judges().forEach(judge -> order.add(judge.id()));
    judges.forEach(judge -> order.add(judge.id()));
    return answers(corpus.withJudgesInOrder(order), turns);
  }

  /** Asks all judges; the corpus stays as it is, as they may judge another model than its own. */
  public Answers replay(Corpus corpus, List<Question> clean, List<JudgeSource> judges) {
    return answers(corpus, ask(corpus, clean, judges, judged -> {}));
  }

  private static Answers answers(Corpus corpus, List<Turn> turns) {
    return new Answers(
        corpus,
        turns.stream().flatMap(turn -> turn.onCorpus().stream()).toList(),
        turns.stream().flatMap(turn -> turn.onClean().stream()).toList());
  }

  private List<Turn> ask(
      Corpus corpus, List<Question> clean, List<JudgeSource> judges, Consumer<Judged> keeping) {
    Asking ofCorpus = new Asking(PictureSet.of(corpus), Question.of(corpus), keeping);
    Asking ofClean = new Asking(PictureSet.ofClean(clean), clean, judged -> {});
    if (judges.size() == 1) {
      try (Turns turns = new Turns(1)) {
        return turns.have(List.of(() -> turn(turns, judges.get(0), judging, ofCorpus, ofClean)));
      }
    }
    try (JudgesProgress progress = new JudgesProgress(judging.progress(), judges.size());
        Turns turns = new Turns(judges.size())) {
      List<Supplier<Turn>> all = new ArrayList<>();
      for (JudgeSource source : judges) {
        RepeatedJudging telling = judging.telling(progress.of(source.id()));
        all.add(
            () -> {
              try {
                return turn(turns, source, telling, ofCorpus, ofClean);
              } finally {
                progress.ended(source.id());
              }
            });
      }
      return turns.have(all);
    }
  }

  /**
   * Pictures that every judge is asked about.
   *
   * @param keeping what else becomes of an answer than to be stored
   */
  private record Asking(PictureSet pictures, List<Question> questions, Consumer<Judged> keeping) {}

  private Turn turn(
      Turns turns, JudgeSource source, RepeatedJudging how, Asking ofCorpus, Asking ofClean) {
    Optional<Judged> onCorpus = ask(turns, source, how, ofCorpus);
    boolean goesOn =
        !ofClean.questions().isEmpty() && onCorpus.filter(j -> j.failure().isEmpty()).isPresent();
    return new Turn(onCorpus, goesOn ? ask(turns, source, how, ofClean) : Optional.empty());
  }

  private Optional<Judged> ask(
      Turns turns, JudgeSource source, RepeatedJudging how, Asking asking) {
    Optional<Judged> judged =
        turns.ask(() -> how.judge(source, asking.questions())).filter(j -> !j.isNothing());
    judged.ifPresent(
        answer -> {
          asking.keeping().accept(answer);
          store(asking.pictures(), answer, asking.questions());
        });
    return judged;
  }

  private void store(PictureSet pictures, Judged judged, List<Question> questions) {
    database
        .runs()
        .store(
            number,
            pictures,
            modelSha256,
            judged,
            Question.groups(questions),
            Question.severities(task(), questions, judged.verdicts()));
  }

  /** The number under which the database keeps it. */
  public long number() {
    return number;
  }

  /** Notes the end of a run that is no baseline of later ones. */
  public void endWithoutBaseline() {
    database.runs().endWithoutBaseline(number);
  }

  /** Notes the end; a run that passed is the baseline of later ones. */
  public void end(boolean passed) {
    database.runs().end(number, passed);
  }
}
