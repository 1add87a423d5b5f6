package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.fleet.PictureSet;
import dev.plumbline.host.fleet.RunSeverities;
import dev.plumbline.host.fleet.VerdictChange;
import dev.plumbline.host.fleet.VerdictHistory;
import dev.plumbline.host.task.Task;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "history",
    description =
        "Shows which judges changed their verdicts on a corpus, since when, and what changed in"
            + " their fingerprint, and how severe the deviations were that each judge saw in each"
            + " run.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceHistoryCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--picture",
      paramLabel = "ID",
      description = "Only this picture of the corpus, such as 000012-003.")
  private String picture;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only changes since then, in UTC: 2026-01-31 or 2026-01-31T23:59:59Z.")
  private String since;

  @Override
  public Integer call() {
    Optional<Instant> from = Optional.ofNullable(since).map(DeviceHistoryCommand::time);
    Corpus corpus = Corpus.open(folder);
    if (picture != null && corpus.inputs().stream().noneMatch(i -> i.id().equals(picture))) {
      throw new BadInputException(
          "picture " + picture + " is not in corpus " + folder + ", expected an id of its rows");
    }
    PictureSet pictures = PictureSet.of(corpus);
    VerdictHistory history = databases.open().history();
    List<VerdictChange> changes = history.changes(pictures, Optional.ofNullable(picture), from);
    List<RunSeverities> severities =
        history.severities(
            pictures,
            corpus.inputs().stream().collect(Collectors.toMap(CorpusInput::id, CorpusInput::seed)),
            Optional.ofNullable(picture),
            from);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("corpus_sha256", pictures.sha256());
    answer.put("changes", changes.stream().map(DeviceHistoryCommand::asMap).toList());
    answer.put("severity", severities.stream().map(DeviceHistoryCommand::asMap).toList());
    List<String> lines = new ArrayList<>();
    changes.forEach(change -> lines.add(line(change)));
    if (changes.isEmpty()) {
      lines.add("no judge changed a verdict");
    }
    severities.forEach(of -> lines.add(line(of, corpus.header().task())));
    common.answer(answer, lines);
    return 0;
  }

  private static Instant time(String text) {
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new BadInputException(
          "--since '" + text + "' is no time, expected one such as 2026-01-31T23:59:59Z", e);
    }
  }

  private static Map<String, Object> asMap(VerdictChange change) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("judge", change.judge());
    map.put("picture", change.picture());
    map.put("before", asMap(change.before()));
    map.put("last_seen", change.lastSeen().toString());
    map.put("after", asMap(change.after()));
    map.put("since", change.since().toString());
    map.put(
        "changed",
        change.causes().stream()
            .map(c -> Map.of("part", c.part(), "before", c.before(), "after", c.after()))
            .toList());
    return map;
  }

  private static Map<String, Object> asMap(Verdict verdict) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("outcome", verdict.outcome().word());
    map.put("label", verdict.label());
    verdict
        .decision()
        .filter(decision -> verdict.label() == null)
        .ifPresent(decision -> map.put("decision", decision.json()));
    return map;
  }

  private static Map<String, Object> asMap(RunSeverities of) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("run", of.run());
    map.put("judge", of.judge());
    map.put("judged", of.judged().toString());
    map.put("deviations", of.deviations());
    // Of none at all nothing is known.
    map.put("severity", of.severities().isEmpty() ? null : of.severities().figures().json());
    return map;
  }

  private static String line(RunSeverities of, Task task) {
    String start = "run " + of.run() + ", " + of.judge() + ": " + of.deviations() + " deviations";
    if (of.deviations() == 0) {
      return start;
    }
    if (of.severities().isEmpty()) {
      return start + ", severity not known";
    }
    int known = of.severities().deviations().size();
    return start
        + (known < of.deviations() ? ", severity known of " + known : ", severity")
        + ", in "
        + task.severityUnit()
        + ": "
        + SeverityWords.figures(of.severities());
  }

  private static String line(VerdictChange change) {
    return change.judge()
        + ", "
        + change.picture()
        + ": "
        + words(change.before())
        + " (last "
        + change.lastSeen()
        + ") -> "
        + words(change.after())
        + " since "
        + change.since()
        + "; "
        + (change.causes().isEmpty()
            ? "nothing changed in its fingerprint"
            : change.causes().stream()
                .map(VerdictChange.Cause::toString)
                .collect(Collectors.joining(", ")));
  }

  private static String words(Verdict verdict) {
    return verdict.outcome()
        + verdict
            .decision()
            .map(d -> (verdict.label() == null ? " with " : " with label ") + d.text(List.of()))
            .orElse("");
  }
}
