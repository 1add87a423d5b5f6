package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceJudge;
import dev.plumbline.host.device.DeviceUnreachableException;
import dev.plumbline.host.device.HostJudge;
import dev.plumbline.host.device.Judge;
import dev.plumbline.host.device.RegressionCheck;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.CheckCase;
import dev.plumbline.host.report.CheckSuite;
import dev.plumbline.host.report.JUnitXml;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = "The regression gate: fails when a model deviates where it was not known to.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CheckCommand implements Callable<Integer> {
  private static final String CASE = "new deviations";

  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;
  @Mixin private AccessOptions access;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "C.onnx",
      description = "The compressed model to check; it may be another than that of the corpus.")
  private Path file;

  @Option(
      names = "--max-new",
      defaultValue = "0",
      paramLabel = "N",
      description = "New deviations that a judge may have (default: ${DEFAULT-VALUE}).")
  private int maxNew;

  @Option(names = "--junit", paramLabel = "FILE", description = "Where to write JUnit XML.")
  private Path junit;

  @Override
  public Integer call() {
    if (maxNew < 0) {
      throw new BadInputException("--max-new is " + maxNew + ", expected at least 0");
    }
    List<DeviceAddress> addresses = devices.addresses();
    DeviceAccess way = access.access();
    OnnxModel model = OnnxModel.read(file);
    Corpus corpus = Corpus.open(folder);
    Preprocessing preprocessing = corpus.header().preprocessing();
    PictureClassifier.requireTakes(model, corpus.header().shape(), preprocessing);
    if (!model.sha256().equals(corpus.header().compressedSha256())) {
      common.say("the corpus was made with another compressed model; it is replayed on this one");
    }
    RuntimeProvider provider = common.provider();
    List<RegressionCheck> checks = new ArrayList<>();
    List<CheckSuite> suites = new ArrayList<>();
    Instant started = Instant.now();
    try {
      add(
          HostJudge.ID,
          corpus,
          () -> new HostJudge(model, preprocessing, provider),
          checks,
          suites);
      for (DeviceAddress address : addresses) {
        add(
            address.toString(),
            corpus,
            () -> DeviceJudge.connect(address, way, file, preprocessing),
            checks,
            suites);
      }
    } finally {
      // A device that was lost is in it too.
      if (junit != null) {
        new JUnitXml("plumbline check " + folder, started, suites).write(junit);
      }
    }
    boolean passed = checks.stream().allMatch(check -> check.fresh().size() <= maxNew);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("passed", passed);
    answer.put("max_new", maxNew);
    answer.put("judges", checks.stream().map(CheckCommand::asMap).toList());
    List<String> lines = new ArrayList<>();
    for (RegressionCheck check : checks) {
      lines.add(
          check.judge().id()
              + ": "
              + check.fresh().size()
              + " new deviations in "
              + check.verdicts().size()
              + " pictures");
    }
    lines.add(passed ? "passed" : "failed: more than " + maxNew + " new deviations");
    common.answer(answer, lines);
    return passed ? 0 : Main.CHECK_FAILED;
  }

  private void add(
      String id,
      Corpus corpus,
      Supplier<Judge> connection,
      List<RegressionCheck> checks,
      List<CheckSuite> suites) {
    long began = System.nanoTime();
    try (Judge judge = connection.get()) {
      RegressionCheck check = RegressionCheck.of(corpus, judge, common.progress());
      checks.add(check);
      suites.add(new CheckSuite(id, List.of(asCase(check, seconds(began)))));
    } catch (DeviceUnreachableException e) {
      suites.add(
          new CheckSuite(id, List.of(CheckCase.error(CASE, seconds(began), e.getMessage()))));
      throw e;
    }
  }

  private CheckCase asCase(RegressionCheck check, double seconds) {
    int found = check.fresh().size();
    return found <= maxNew
        ? CheckCase.passed(CASE, seconds)
        : CheckCase.failed(CASE, seconds, found + " new deviations, expected at most " + maxNew);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static Map<String, Object> asMap(RegressionCheck check) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", check.judge().id());
    map.put("kind", check.judge().kind());
    map.put("judged", check.verdicts().size());
    map.put("new", check.fresh().stream().map(CorpusInput::id).toList());
    return map;
  }
}
