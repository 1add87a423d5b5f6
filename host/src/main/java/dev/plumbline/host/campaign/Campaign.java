package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.FolderLock;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.html.PairReport;
import dev.plumbline.host.report.junit.CheckSuite;
import dev.plumbline.host.report.junit.GuardSuites;
import dev.plumbline.host.report.junit.JUnitXml;
import dev.plumbline.host.report.junit.PrecisionSuites;
import dev.plumbline.host.report.summary.GuardSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.PrecisionSummary;
import dev.plumbline.host.report.summary.Summary;
import dev.plumbline.host.task.TaskChoice;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole job: for each pair of an original and a compressed model, search, judge, repair, judge
 * again, evaluate and attack; then the report. A job that was cut off goes on where it was when it
 * is run again with the same folder.
 */
public final class Campaign {
  /** What messages call the key of a job that names the task. */
  private static final String TASK = "the job's task";

  /** What guards came to, for build servers. */
  private static final String JUNIT = "junit.xml";

  private final CampaignConfig config;
  private final Path out;
  private final Device device;
  private final RuntimeProvider provider;
  private final FleetDatabase database;
  private final String toolVersion;

  /**
   * @param out folder for everything that the job makes
   * @param device computes gradients
   * @param provider runs models on the host
   * @param database knows the devices that the job names, and keeps all verdicts
   */
  public Campaign(
      CampaignConfig config,
      Path out,
      Device device,
      RuntimeProvider provider,
      FleetDatabase database,
      String toolVersion) {
    this.config = config;
    this.out = out;
    this.device = device;
    this.provider = provider;
    this.database = database;
    this.toolVersion = toolVersion;
  }

  /**
   * The page that a job makes.
   *
   * @param out folder of the job
   */
  public static Path report(Path out) {
    return out.resolve(HtmlReport.FILE_NAME);
  }

  /**
   * Does the job, or what is left of it.
   *
   * @return what {@code summary.json} holds then
   */
  public Summary run(Progress progress) {
    return FolderLock.holding(out, Duration.ZERO, () -> runAlone(progress));
  }

  private Summary runAlone(Progress progress) {
    Instant started = Instant.now();
    OnnxModel given = OnnxModel.read(config.original());
    Preprocessing preprocessing = preprocessing(given);
    CampaignData opened = CampaignData.open(config, preprocessing.geometry(), progress);
    OnnxModel original = chosen(given, opened);
    CampaignData data = opened.noted(config.annotations(), Tasks.of(original));
    Map<String, OnnxModel> compressed = new LinkedHashMap<>();
    config
        .pairs()
        .forEach((name, file) -> compressed.put(name, chosen(OnnxModel.read(file), data)));
    DataDigests digests = new DataDigests();
    List<Overlap> overlaps =
        new Preflight(config, out, database, digests, progress)
            .check(original, List.copyOf(compressed.values()), preprocessing, data);
    Map<String, PairSummary> summaries = new LinkedHashMap<>();
    List<PairReport> reports = new ArrayList<>();
    for (Map.Entry<String, OnnxModel> pair : compressed.entrySet()) {
      progress.say("pair " + pair.getKey() + ": " + original + " and " + pair.getValue());
      PairResult result =
          new PairCampaign(
                  config,
                  data,
                  digests,
                  original,
                  pair.getValue(),
                  preprocessing,
                  device,
                  provider,
                  database,
                  out.resolve(pair.getKey()),
                  progress)
              .run();
      PairReporting reporting =
          new PairReporting(pair.getKey(), config, overlaps, data.leftOut(), result);
      summaries.put(pair.getKey(), reporting.summary());
      reports.add(reporting.report());
      progress.say(reporting.inWords());
    }
    Summary summary = new Summary(toolVersion, Instant.now(), summaries);
    new HtmlReport(summary, config.title(), reports).write(report(out));
    summary.write(out.resolve(Summary.FILE_NAME));
    if (config.guard().isPresent() || config.precision().isPresent()) {
      writeJunit(started, summaries);
    }
    return summary;
  }

  private void writeJunit(Instant started, Map<String, PairSummary> summaries) {
    Map<String, GuardSummary> guards = new LinkedHashMap<>();
    summaries.forEach((pair, summary) -> summary.guard().ifPresent(g -> guards.put(pair, g)));
    Map<String, PrecisionSummary> tried = new LinkedHashMap<>();
    summaries.forEach((pair, summary) -> summary.precision().ifPresent(p -> tried.put(pair, p)));
    List<CheckSuite> suites = new ArrayList<>(GuardSuites.of(guards));
    suites.addAll(PrecisionSuites.of(tried));
    new JUnitXml(config.title(), started, suites).write(out.resolve(JUNIT));
  }

  private OnnxModel chosen(OnnxModel model, CampaignData data) {
    List<String> classes = data.evaluation().classNames();
    TaskChoice choice = new TaskChoice(TASK, config.task(), config.output());
    return choice.withThreshold(
        choice.of(model, classes), "the job's threshold", config.threshold(), classes);
  }

  private Preprocessing preprocessing(OnnxModel original) {
    return config
        .preprocessing()
        .map(PreprocessingConfig::given)
        .orElseGet(PreprocessingConfig::none)
        .of(original);
  }
}
