package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.task.Task;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How severe deviations are, as verbs say it. */
final class SeverityWords {
  private SeverityWords() {}

  /** By judge, for programs. */
  static Map<String, Object> asMap(Map<String, Severities> severities) {
    Map<String, Object> byJudge = new LinkedHashMap<>();
    severities.forEach((judge, of) -> byJudge.put(judge, of.figures().json()));
    return byJudge;
  }

  /** For people, of one judge that sees at least one deviation whose severity is known. */
  static String line(String judge, Task task, Severities severities) {
    return "severity on " + judge + ", in " + task.severityUnit() + ": " + figures(severities);
  }

  /** The numbers alone, of at least one deviation. */
  static String figures(Severities severities) {
    Severities.Figures of = severities.figures();
    return String.format(
        Locale.ROOT,
        "median %.2f, largest %.2f; seeds at least this severe: %s",
        of.quantiles().get("0.5"),
        of.quantiles().get("1"),
        of.seedsAtLeast().entrySet().stream()
            .map(entry -> entry.getValue() + " at >= " + entry.getKey())
            .collect(Collectors.joining(", ")));
  }
}
