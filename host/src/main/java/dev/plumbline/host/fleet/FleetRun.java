package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.device.JudgeSource;
import dev.plumbline.host.device.Judged;
import dev.plumbline.host.device.Question;
import dev.plumbline.host.device.RepeatedJudging;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One run of judges over a corpus and clean pictures. What a judge says is stored when its turn
 * ends, so that nothing is lost with what comes after it.
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
  }

  /** Asks all judges, and keeps the verdicts in the corpus too. */
  public Answers confirm(Corpus corpus, List<Question> clean, List<JudgeSource> judges) {
    Corpus[] now = {corpus};
    List<Judged> onCorpus = new ArrayList<>();
    List<Judged> onClean = new ArrayList<>();
    ask(
        corpus,
        clean,
        judges,
        judged -> {
          now[0] = judged.keepIn(now[0]);
          return judged;
        },
        onCorpus,
        onClean);
    return new Answers(now[0], onCorpus, onClean);
  }

  /** Asks all judges; the corpus stays as it is, as they may judge another model than its own. */
  public Answers replay(Corpus corpus, List<Question> clean, List<JudgeSource> judges) {
    List<Judged> onCorpus = new ArrayList<>();
    List<Judged> onClean = new ArrayList<>();
    ask(corpus, clean, judges, UnaryOperator.identity(), onCorpus, onClean);
    return new Answers(corpus, onCorpus, onClean);
  }

  private void ask(
      Corpus corpus,
      List<Question> clean,
      List<JudgeSource> judges,
      UnaryOperator<Judged> first,
      List<Judged> onCorpus,
      List<Judged> onClean) {
    List<Question> questions = Question.of(corpus);
    PictureSet ofCorpus = PictureSet.of(corpus);
    PictureSet ofClean = PictureSet.ofClean(clean);
    for (JudgeSource source : judges) {
      Judged judged = first.apply(judging.judge(source, questions));
      store(ofCorpus, judged, questions);
      onCorpus.add(judged);
      if (!clean.isEmpty() && judged.failure().isEmpty()) {
        Judged onThese = judging.judge(source, clean);
        store(ofClean, onThese, clean);
        onClean.add(onThese);
      }
    }
  }

  private void store(PictureSet pictures, Judged judged, List<Question> questions) {
    database.runs().store(number, pictures, modelSha256, judged, Question.groups(questions));
  }

  /** The number under which the database keeps it. */
  public long number() {
    return number;
  }

  /** Notes the end; a run that passed is the baseline of later ones. */
  public void end(boolean passed) {
    database.runs().end(number, passed);
  }
}
