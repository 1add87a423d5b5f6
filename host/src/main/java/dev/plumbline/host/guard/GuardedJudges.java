package dev.plumbline.host.guard;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.FailureOutcome;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What judges of a guarded model defer: each runs the model once more, and its output {@code
 * certain} is read by its name.
 *
 * @param guard of the model
 * @param figures by the id of the judge, in the order of the judges
 * @param failures of those that could not be asked to the end, likewise
 */
public record GuardedJudges(
    Guard guard, Map<String, GuardFigures> figures, Map<String, Judged.Failure> failures) {

  /**
   * What was asked, and what judges said.
   *
   * @param questions all of them
   * @param answers of the judges; a judge that failed is not asked again
   */
  public record Asked(List<Question> questions, List<Judged> answers) {
    Judged of(String judge) {
      return answers.stream().filter(judged -> judged.id().equals(judge)).findFirst().orElse(null);
    }
  }

  /**
   * Asks.
   *
   * @param model guarded
   * @param corpus pictures of a corpus
   * @param clean pictures, none where none were asked about
   */
  public static GuardedJudges ask(
      OnnxModel model,
      Guard guard,
      List<JudgeSource> judges,
      Asked corpus,
      Asked clean,
      Progress progress) {
    Map<String, GuardFigures> figures = new LinkedHashMap<>();
    Map<String, Judged.Failure> failures = new LinkedHashMap<>();
    List<Question> all =
        Stream.concat(corpus.questions().stream(), clean.questions().stream()).toList();
    for (JudgeSource source : judges) {
      Judged onCorpus = corpus.of(source.id());
      Judged onClean = clean.of(source.id());
      if (Stream.of(onCorpus, onClean).anyMatch(j -> j != null && j.failure().isPresent())) {
        continue;
      }
      try {
        Set<String> certain = certain(model, source, all, progress);
        figures.put(source.id(), figures(onCorpus, onClean, certain));
      } catch (DeviceUnreachableException | BadInputException e) {
        failures.put(
            source.id(), new Judged.Failure(FailureOutcome.whileJudging(e), e.getMessage()));
      }
    }
    return new GuardedJudges(guard, figures, failures);
  }

  /** Ids of the pictures on which the decision is certain. */
  private static Set<String> certain(
      OnnxModel model, JudgeSource source, List<Question> questions, Progress progress) {
    Set<String> certain = new HashSet<>();
    List<Input> pictures = questions.stream().<Input>map(Question::picture).toList();
    try (Judge judge = source.open(GuardedModel.certainty(model));
        Progress.Step step =
            progress.begin("reading certain on " + source.id(), questions.size())) {
      judge.judge(
          pictures,
          (first, rows) -> {
            for (int i = 0; i < rows.length; i++) {
              if (GuardedModel.isCertain(rows[i])) {
                certain.add(questions.get(first + i).id());
              }
            }
            step.at(first + rows.length, "");
          });
    }
    return certain;
  }

  private static GuardFigures figures(Judged onCorpus, Judged onClean, Set<String> certain) {
    return new GuardFigures(
        deferred(onClean, certain), left(onClean, certain), left(onCorpus, certain));
  }

  private static Share deferred(Judged judged, Set<String> certain) {
    if (judged == null) {
      return new Share(0, 0);
    }
    long deferred = judged.verdicts().keySet().stream().filter(id -> !certain.contains(id)).count();
    return new Share((int) deferred, judged.verdicts().size());
  }

  private static Share left(Judged judged, Set<String> certain) {
    if (judged == null) {
      return new Share(0, 0);
    }
    List<String> deviating =
        judged.verdicts().entrySet().stream()
            .filter(verdict -> verdict.getValue().deviates())
            .map(Map.Entry::getKey)
            .toList();
    return new Share((int) deviating.stream().filter(certain::contains).count(), deviating.size());
  }

  /** Keys of answers. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("threshold", guard.rule().threshold());
    map.put("calibrated_deferred", guard.calibration().measured().deferred().asMap());
    Map<String, Object> byJudge = new LinkedHashMap<>();
    figures.forEach((judge, figure) -> byJudge.put(judge, figure.asMap()));
    map.put("judges", byJudge);
    return map;
  }

  /** For people, a line for each judge. */
  public List<String> lines() {
    return figures.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " with the guard: clean pictures deferred "
                    + entry.getValue().deferred()
                    + ", natural deviations left "
                    + entry.getValue().naturalLeft()
                    + ", corpus deviations left "
                    + entry.getValue().adversarialLeft())
        .toList();
  }
}
