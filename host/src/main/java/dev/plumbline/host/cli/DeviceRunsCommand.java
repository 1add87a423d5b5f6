package dev.plumbline.host.cli;

import dev.plumbline.host.fleet.RecordedRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "runs",
    description = "Lists the runs whose verdicts are kept, the newest first.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceRunsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Override
  public Integer call() {
    List<RecordedRun> runs = databases.open().history().runs();
    common.answer(
        Map.of("runs", runs.stream().map(DeviceRunsCommand::asMap).toList()),
        runs.isEmpty()
            ? List.of("no runs are kept yet; 'confirm' and 'check' keep theirs")
            : runs.stream().map(DeviceRunsCommand::line).toList());
    return 0;
  }

  private static Map<String, Object> asMap(RecordedRun run) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("run", run.id());
    map.put("verb", run.verb());
    map.put("started", run.started().toString());
    map.put("ended", run.ended());
    map.put("passed", run.passed().orElse(null));
    map.put("judges", run.judges());
    map.put("verdicts", run.verdicts());
    return map;
  }

  private static String line(RecordedRun run) {
    String end =
        run.passed()
            .map(passed -> passed ? "passed" : "failed")
            .orElse(run.ended() ? "ended, no baseline" : "not ended");
    return run.id()
        + " "
        + run.verb()
        + " "
        + run.started()
        + " "
        + end
        + ", "
        + run.verdicts()
        + " verdicts of "
        + String.join(", ", run.judges());
  }
}
