package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.task.Label;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Notes runs of one judge each in a fleet's database, and asks for them again. */
record NotedRuns(FleetDatabase database) {
  static final PictureSet PICTURES = new PictureSet(PictureSet.Kind.CORPUS, "c".repeat(64));
  static final String MODEL = "d".repeat(64);
  static final Verdict AGREES = Verdict.decided(false, new Label(0, 0.5f));
  static final Verdict DEVIATES = Verdict.decided(true, new Label(1, 0.5f));

  static Judged judged(String judge, int threads, Map<String, Verdict> verdicts) {
    return judged(judge, threads, Placement.UNKNOWN, verdicts);
  }

  private static Judged judged(
      String judge, int threads, Placement ran, Map<String, Verdict> verdicts) {
    JudgeInfo info =
        new JudgeInfo(
            judge,
            JudgeKind.DEVICE,
            "aarch64",
            "onnxruntime 1.29.0",
            "CPUExecutionProvider",
            "Cortex-A76",
            List.of("asimddp", "i8mm"),
            threads,
            32,
            MODEL);
    return new Judged(
        judge,
        JudgeKind.DEVICE,
        Optional.of(info),
        ran,
        verdicts,
        NoiseFloor.UNKNOWN,
        Optional.empty(),
        1);
  }

  /** What a model's nodes ran on: so many convolutions and one other node. */
  static Placement ran(int convolutions) {
    return new Placement(
        List.of(
            new Placement.ByProvider(
                "CPUExecutionProvider",
                convolutions + 1,
                Map.of("QLinearConv", convolutions, "Flatten", 1))));
  }

  /** A run of check that ended. */
  long run(String judge, int threads, Map<String, Verdict> verdicts, boolean passed) {
    return run(judged(judge, threads, verdicts), passed);
  }

  /** A run of check that passed. */
  long run(String judge, Map<String, Verdict> verdicts) {
    return run(judge, 4, verdicts, true);
  }

  /** A run of check that passed, of a device that tells what ran. */
  void runThatTells(Placement ran, Verdict verdict) {
    run(judged("pi-7", 4, ran, Map.of("a", verdict)), true);
  }

  private long run(Judged judged, boolean passed) {
    return run(judged, passed, Map.of());
  }

  /** A run of check that passed, with the severities of its deviations. */
  long run(String judge, Map<String, Verdict> verdicts, Map<String, Double> severities) {
    return run(judged(judge, 4, verdicts), true, severities);
  }

  private long run(Judged judged, boolean passed, Map<String, Double> severities) {
    long run = database.runs().begin("check");
    Map<String, String> classes = new LinkedHashMap<>();
    judged.verdicts().keySet().forEach(id -> classes.put(id, "valid"));
    database.runs().store(run, PICTURES, MODEL, judged, classes, severities);
    database.runs().end(run, passed);
    return run;
  }

  /** What the last run that passed said. */
  Optional<Baseline> baseline(String judge) {
    return database.runs().baseline(judge, PICTURES, OptionalLong.empty());
  }

  /** What a run said. */
  Optional<Baseline> baseline(String judge, long run) {
    return database.runs().baseline(judge, PICTURES, OptionalLong.of(run));
  }

  /** How severe deviations were; a and b are of seed 0, all others of seed 1. */
  List<RunSeverities> severities() {
    return database
        .history()
        .severities(PICTURES, Map.of("a", 0, "b", 0, "c", 1), Optional.empty(), Optional.empty());
  }

  /** All changes of verdicts. */
  List<VerdictChange> changes() {
    return database.history().changes(PICTURES, Optional.empty(), Optional.empty());
  }
}
