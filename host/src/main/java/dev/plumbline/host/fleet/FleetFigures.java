package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.SaturationWarning;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the judges of one run differ from each other, and from themselves. */
public final class FleetFigures {
  private FleetFigures() {}

  /** Every two judges of one run, on one set of pictures. */
  public static List<Disagreement> disagreements(Task task, List<Judged> answers) {
    Map<String, Map<String, Verdict>> verdicts = new LinkedHashMap<>();
    answers.forEach(judged -> verdicts.put(judged.id(), judged.verdicts()));
    return Disagreement.matrix(task, verdicts);
  }

  /**
   * How severe the deviations of the corpus are, by judge that sees one whose severity is known.
   */
  public static Map<String, Severities> severities(FleetRun.Answers answers) {
    Map<String, Severities> severities = new LinkedHashMap<>();
    for (Judged judged : answers.onCorpus()) {
      Severities of = Severities.of(answers.corpus(), judged.verdicts());
      if (!of.isEmpty()) {
        severities.put(judged.id(), of);
      }
    }
    return severities;
  }

  /** One sentence for each judge whose processor saturates. */
  public static List<String> warnings(List<Judged> answers, OnnxModel model) {
    return answers.stream()
        .flatMap(judged -> judged.info().stream())
        .flatMap(info -> SaturationWarning.of(info, model).stream())
        .toList();
  }

  /** What ran where, by judge, of those that told. */
  public static Map<String, Placement> ran(List<Judged> answers) {
    Map<String, Placement> ran = new LinkedHashMap<>();
    answers.stream()
        .filter(judged -> judged.ran().isKnown())
        .forEach(judged -> ran.put(judged.id(), judged.ran()));
    return ran;
  }

  /** The noise floor of a judge, with the keys that answers have for it. */
  public static Map<String, Object> noise(Judged judged) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("judge", judged.id());
    map.put("flaky", judged.count(Outcome.FLAKY));
    map.put("flipped", judged.noise().flipped());
    map.put(
        "repeats", judged.noise().repeats().stream().map(NoiseFloor.RepeatedRun::asMap).toList());
    map.put("notes", judged.noise().notes());
    return map;
  }
}
