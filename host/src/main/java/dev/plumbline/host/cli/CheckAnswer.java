package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.CheckResult;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.BaselineCheck.Flip;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.FleetFigures;
import dev.plumbline.host.fleet.VerdictChange.Cause;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.report.summary.FleetSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code check} says: for programs and for people. */
final class CheckAnswer {
  private final CheckResult result;
  private final FleetCheck check;
  private final FleetSummary fleet;

  CheckAnswer(CheckResult result) {
    this.result = result;
    this.check = result.check();
    this.fleet = result.fleet();
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("passed", result.passed());
    map.put("max_new", result.maxNew());
    map.put("run", check.run());
    map.put("judges", check.answers().onCorpus().stream().map(this::judge).toList());
    map.put("severity", SeverityWords.asMap(FleetFigures.severities(check.answers())));
    map.put("disagreement_corpus", fleet.corpus().stream().map(Disagreement::asMap).toList());
    map.put("disagreement_clean", fleet.clean().stream().map(Disagreement::asMap).toList());
    map.put("warnings", fleet.warnings());
    map.put("failures", Failures.asMaps(failures()));
    result.guard().ifPresent(gate -> map.put("guard", gate.asMap()));
    return map;
  }

  /** Of judges that were lost while they judged, or when they were asked what they defer. */
  Map<String, Judged.Failure> failures() {
    Map<String, Judged.Failure> all = new LinkedHashMap<>(check.answers().failures());
    result.guard().ifPresent(gate -> gate.judges().failures().forEach(all::putIfAbsent));
    return all;
  }

  private Map<String, Object> judge(Judged judged) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", judged.id());
    map.put("kind", judged.kind());
    map.put("judged", (int) judged.verdicts().values().stream().filter(v -> v.isDecided()).count());
    map.put("new", parts(judged).stream().flatMap(CheckAnswer::flips).map(Flip::picture).toList());
    map.put("pictures", parts(judged).stream().flatMap(p -> groups(p).stream()).toList());
    map.put("noise", FleetFigures.noise(judged));
    map.put("ran", judged.ran());
    map.put(
        "changed",
        changes(judged).stream()
            .map(c -> Map.of("part", c.part(), "before", c.before(), "after", c.after()))
            .toList());
    return map;
  }

  /** Between the baselines, which may be of several runs, and today; each once. */
  private List<Cause> changes(Judged judged) {
    return parts(judged).stream().flatMap(part -> part.changes().stream()).distinct().toList();
  }

  private List<BaselineCheck> parts(Judged judged) {
    return check.checks().stream().filter(part -> part.judged().id().equals(judged.id())).toList();
  }

  private static Stream<Flip> flips(BaselineCheck part) {
    return part.groups().stream().flatMap(group -> group.flips().stream());
  }

  private static List<Map<String, Object>> groups(BaselineCheck part) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Group group : part.groups()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("class", group.name());
      map.put("baseline", part.baseline().map(b -> b.run()).orElse(null));
      map.put("asked", group.asked());
      map.put("baseline_of_other_labels", part.labelling().isPresent());
      map.put("compared", group.compared());
      map.put("new", group.flips().size());
      map.put("mended", group.mended());
      group.outcomes().forEach((outcome, count) -> map.put(outcome.word(), count));
      groups.add(map);
    }
    return groups;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Judged judged : check.answers().onCorpus()) {
      int compared =
          parts(judged).stream()
              .flatMap(part -> part.groups().stream())
              .mapToInt(Group::compared)
              .sum();
      lines.add(
          judged.id()
              + ": "
              + check.flips(judged.id())
              + " new deviations in "
              + compared
              + " "
              + check.answers().corpus().header().shape().nouns()
              + ", against "
              + parts(judged).get(0).baseline().map(b -> "run " + b.run()).orElse("the corpus")
              + ", "
              + judged.count(Outcome.FLAKY)
              + " flaky");
      changes(judged).forEach(cause -> lines.add("  changed: " + cause));
      parts(judged).forEach(part -> part.labelling().ifPresent(lines::add));
      lines.addAll(judged.noise().notes());
    }
    FleetFigures.severities(check.answers())
        .forEach(
            (judge, of) ->
                lines.add(SeverityWords.line(judge, check.answers().corpus().header().task(), of)));
    lines.addAll(ConfirmAnswer.matrix("corpus", fleet.corpus()));
    lines.addAll(
        ConfirmAnswer.matrix(
            "clean " + check.answers().corpus().header().shape().nouns(), fleet.clean()));
    fleet.warnings().forEach(warning -> lines.add("warning: " + warning));
    result.guard().ifPresent(gate -> lines.addAll(gate.lines()));
    lines.add(sentence() + ", run " + check.run());
    return lines;
  }

  private String sentence() {
    if (check.failed(result.maxNew())) {
      return "failed: more than " + result.maxNew() + " new deviations";
    }
    if (result.failed()) {
      return "failed: the guard does not hold";
    }
    if (check.idle().isEmpty() && !result.passed()) {
      return "not passed: not all judges were asked what they defer";
    }
    return result.passed()
        ? "passed"
        : "not passed: judged nothing on " + String.join(", ", check.idle());
  }
}
