package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.fleet.FleetFigures;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.guard.GuardedJudges;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.JudgeTally;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code confirm} says: for programs and for people. */
final class ConfirmAnswer {
  private final long run;
  private final Path folder;
  private final FleetRun.Answers answers;
  private final List<JudgeTally> tallies;
  private final Map<String, Severities> severities;
  private final Provenance.Counts provenance;
  private final List<Disagreement> onCorpus;
  private final List<Disagreement> onClean;
  private final List<String> warnings;
  private final Optional<GuardedJudges> guarded;

  ConfirmAnswer(Path folder, FleetJudging.Confirmed confirmed, OnnxModel model) {
    this.run = confirmed.run();
    this.folder = folder;
    this.answers = confirmed.answers();
    this.guarded = confirmed.guarded();
    Corpus corpus = answers.corpus();
    this.tallies = answers.tallies();
    this.severities = FleetFigures.severities(answers);
    this.provenance = Provenance.Counts.of(corpus);
    this.onCorpus = Disagreement.matrix(corpus);
    this.onClean = FleetFigures.disagreements(Tasks.of(model), answers.onClean());
    this.warnings = FleetFigures.warnings(answers.onCorpus(), model);
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("corpus", folder.toString());
    map.put("run", run);
    map.put("judges", tallies.stream().map(JudgeTally::asMap).toList());
    map.put("severity", SeverityWords.asMap(severities));
    map.put("ran", FleetFigures.ran(answers.onCorpus()));
    map.put("provenance", provenance.asMap());
    map.put("noise", answers.onCorpus().stream().map(FleetFigures::noise).toList());
    map.put("noise_clean", answers.onClean().stream().map(FleetFigures::noise).toList());
    map.put("disagreement_corpus", onCorpus.stream().map(Disagreement::asMap).toList());
    map.put("disagreement_clean", onClean.stream().map(Disagreement::asMap).toList());
    map.put("warnings", warnings);
    map.put("failures", Failures.asMaps(failures()));
    guarded.ifPresent(judges -> map.put("guard", judges.asMap()));
    return map;
  }

  /** Of judges that were lost while they judged, or when they were asked what they defer. */
  Map<String, Judged.Failure> failures() {
    Map<String, Judged.Failure> all = new LinkedHashMap<>(answers.failures());
    guarded.ifPresent(judges -> judges.failures().forEach(all::putIfAbsent));
    return all;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    tallies.forEach(tally -> lines.add(tally.toString()));
    severities.forEach(
        (judge, of) -> lines.add(SeverityWords.line(judge, answers.corpus().header().task(), of)));
    guarded.ifPresent(judges -> lines.addAll(judges.lines()));
    FleetFigures.ran(answers.onCorpus()).forEach((judge, ran) -> lines.add(judge + " ran " + ran));
    for (Judged judged : answers.onCorpus()) {
      lines.addAll(judged.noise().notes());
      judged.noise().repeats().stream()
          .filter(repeated -> repeated.flips() > 0)
          .forEach(
              repeated ->
                  lines.add(
                      judged.id()
                          + ": "
                          + repeated.flips()
                          + " decisions of the "
                          + repeated.model()
                          + " model flipped when run again, "
                          + repeated.conditions()
                          + "; not counted"));
    }
    StringBuilder seen = new StringBuilder("deviations seen by");
    provenance
        .kinds()
        .forEach((kind, n) -> seen.append(" ").append(kind).append(": ").append(n).append(","));
    lines.add(seen.substring(0, seen.length() - 1));
    provenance.some().forEach((devices, n) -> lines.add("  only " + devices + ": " + n));
    lines.add(
        "deviations that the proxy called valid: "
            + provenance.unseenByProxy()
            + ", on devices: "
            + provenance.unseenOnDevices()
            + provenance.unseenBy().entrySet().stream()
                .map(e -> ", " + e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining()));
    lines.addAll(matrix("corpus", onCorpus));
    lines.addAll(matrix("clean " + answers.corpus().header().shape().nouns(), onClean));
    warnings.forEach(warning -> lines.add("warning: " + warning));
    return lines;
  }

  static List<String> matrix(String pictures, List<Disagreement> pairs) {
    return pairs.stream()
        .map(
            pair ->
                String.format(
                    Locale.ROOT,
                    "%s, %s against %s: %d of %d decisions differ (95 %%: %.2f to %.2f %%)",
                    pictures,
                    pair.first(),
                    pair.second(),
                    pair.differ(),
                    pair.pictures(),
                    100 * pair.interval().low(),
                    100 * pair.interval().high()))
        .toList();
  }
}
