package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.fleet.RunRemoval;
import dev.plumbline.host.report.summary.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "forget-runs",
    description =
        "Removes runs and their verdicts from the database; 'device runs' lists them. Corpora and"
            + " reports stay as they are.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceForgetRunsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description = "Numbers of runs to remove, baselines of 'check' too.")
  private List<Long> runs = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      description =
          "Remove the runs that began more than DAYS days ago. For each judge and set of pictures"
              + " the last run that passed stays, as 'check' compares with it.")
  private Long days;

  @Override
  public Integer call() {
    if (runs.isEmpty() == (days == null)) {
      throw new BadInputException(
          "expected either numbers of runs to remove or --older-than DAYS, found "
              + (days == null ? "neither" : "both"));
    }
    if (days != null && (days < 0 || days > 36_500)) {
      throw new BadInputException("--older-than is " + days + ", expected 0 to 36500 days");
    }
    RunRemoval removal = databases.open().removal();
    RunRemoval.Outcome outcome =
        days == null
            ? removal.remove(new TreeSet<>(runs))
            : removal.removeBefore(Instant.now().minus(Duration.ofDays(days)));
    common.answer(asMap(outcome), lines(outcome));
    return 0;
  }

  private Map<String, Object> asMap(RunRemoval.Outcome outcome) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("removed", outcome.removed());
    map.put("verdicts", outcome.verdicts());
    map.put("baselines_removed", days == null ? outcome.baselines() : List.of());
    map.put("baselines_kept", days == null ? List.of() : outcome.baselines());
    map.put("runs_kept", outcome.kept());
    return map;
  }

  private List<String> lines(RunRemoval.Outcome outcome) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "removed "
            + Figures.count(outcome.removed().size(), "run")
            + " with "
            + Figures.count(outcome.verdicts(), "verdict")
            + ", kept "
            + Figures.count(outcome.kept(), "run"));
    if (!outcome.baselines().isEmpty()) {
      String numbers =
          outcome.baselines().stream().map(String::valueOf).collect(Collectors.joining(", "));
      lines.add(
          days == null
              ? "baselines removed: "
                  + numbers
                  + "; 'check' compares with an earlier run, or with"
                  + " the corpus"
              : "old runs kept, as 'check' compares with them: " + numbers);
    }
    return lines;
  }
}
