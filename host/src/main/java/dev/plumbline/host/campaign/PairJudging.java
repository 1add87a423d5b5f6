package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetFigures;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardedJudges;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.judging.SaturationWarning;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.summary.FleetSummary;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The judges of a job on a pair: the host and the devices, on both corpora and on clean pictures.
 */
final class PairJudging {
  /** Runs that are repeated under each condition for the noise floor. */
  static final int REPEATS = 1;

  /** What the answers depend on beside pictures and models, for a journal. */
  static Map<String, String> inputs(CampaignConfig config) {
    return Map.of(
        "repeats", Integer.toString(REPEATS), "devices", String.join(" ", config.devices()));
  }

  private static final String VERB = "run";

  private final CampaignConfig config;
  private final CampaignData data;
  private final OnnxModel original;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final FleetDatabase database;
  private final Path folder;
  private final Progress progress;

  PairJudging(
      CampaignConfig config,
      CampaignData data,
      OnnxModel original,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      FleetDatabase database,
      Path folder,
      Progress progress) {
    this.config = config;
    this.data = data;
    this.original = original;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.database = database;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * What all judges say of both corpora.
   *
   * @param corpus deviations by judge, flaky ones left out
   * @param heldout likewise
   */
  record Deviations(Map<String, Integer> corpus, Map<String, Integer> heldout) {}

  /**
   * What the judges say of the compressed model.
   *
   * @param deviations that they see
   * @param ran which nodes ran where, of the judges that told
   * @param noise of each, on the corpus
   * @param clean every two of them, on clean pictures; empty without devices
   */
  record FirstJudged(
      Deviations deviations,
      Map<String, Placement> ran,
      List<FleetSummary.Noise> noise,
      List<Disagreement> clean) {}

  /**
   * What the judges say of the repaired model.
   *
   * @param deviations left
   * @param host the host's verdicts on the corpus, by the id of the picture
   */
  record Rejudged(Deviations deviations, Map<String, Verdict> host) {}

  /** Judges the compressed model; the verdicts go into the corpora too. */
  FirstJudged compressed(OnnxModel compressed) {
    List<JudgeSource> judges = judges();
    FleetRun run = begin(compressed);
    FleetRun.Answers onCorpus = run.confirm(corpus(PairCampaign.CORPUS), cleanQuestions(), judges);
    requireAll(onCorpus.failures());
    FleetRun.Answers onHeldout = run.confirm(corpus(PairCampaign.HELDOUT), List.of(), judges);
    requireAll(onHeldout.failures());
    run.end(true);
    return new FirstJudged(
        new Deviations(deviations(onCorpus), deviations(onHeldout)),
        FleetFigures.ran(onCorpus.onCorpus()),
        onCorpus.onCorpus().stream().map(FleetSummary.Noise::of).toList(),
        FleetFigures.disagreements(Tasks.of(original), onCorpus.onClean()));
  }

  /** Judges the repaired model; the corpora stay as they are. */
  Rejudged repaired(OnnxModel repaired) {
    List<JudgeSource> judges = judges();
    FleetRun run = begin(repaired);
    FleetRun.Answers onCorpus = run.replay(corpus(PairCampaign.CORPUS), List.of(), judges);
    requireAll(onCorpus.failures());
    FleetRun.Answers onHeldout = run.replay(corpus(PairCampaign.HELDOUT), List.of(), judges);
    requireAll(onHeldout.failures());
    run.end(true);
    Map<String, Verdict> host = new TreeMap<>();
    onCorpus.onCorpus().stream()
        .filter(judged -> judged.id().equals(HostJudge.ID))
        .forEach(judged -> host.putAll(judged.verdicts()));
    return new Rejudged(new Deviations(deviations(onCorpus), deviations(onHeldout)), host);
  }

  /** What judges of a guarded model defer and leave; the corpus stays as it is. */
  GuardedJudges guarded(OnnxModel guarded, Guard guard, Corpus corpus) {
    List<JudgeSource> judges = judges();
    List<Question> clean = evaluationQuestions();
    FleetRun run = begin(guarded);
    FleetRun.Answers answers = run.replay(corpus, clean, judges);
    requireAll(answers.failures());
    GuardedJudges said =
        GuardedJudges.ask(
            guarded,
            guard,
            judges,
            new GuardedJudges.Asked(Question.of(corpus), answers.onCorpus()),
            new GuardedJudges.Asked(clean, answers.onClean()),
            progress);
    requireAll(said.failures());
    run.end(true);
    return said;
  }

  private FleetRun begin(OnnxModel model) {
    return FleetRun.begin(
        database,
        VERB,
        new RepeatedJudging(model, Optional.of(original), REPEATS, progress),
        model.sha256());
  }

  private Corpus corpus(String name) {
    return Corpus.open(folder.resolve(name));
  }

  private List<JudgeSource> judges() {
    List<JudgeSource> sources = new ArrayList<>();
    sources.add(JudgeSource.host(preprocessing, provider));
    sources.addAll(devices());
    return sources;
  }

  /** The devices of the job. */
  List<JudgeSource> devices() {
    Map<String, DeviceAddress> addresses = new LinkedHashMap<>();
    for (String device : config.devices()) {
      addresses.put(device, database.devices().address(device));
    }
    return DeviceSource.all(addresses, config.access().toAccess(), preprocessing);
  }

  /** Only devices are compared with the host on them. */
  private List<Question> cleanQuestions() {
    return config.devices().isEmpty() ? List.of() : evaluationQuestions();
  }

  private List<Question> evaluationQuestions() {
    return Question.ofOriginal(
        data.evaluation(),
        new ModelDecisions(preprocessing, provider)
            .withMargins(original, data.evaluation(), "labelling clean pictures", progress));
  }

  /** A job goes on where it was, so a judge that did not get through ends it for now. */
  private static void requireAll(Map<String, Judged.Failure> failures) {
    for (Judged.Failure failure : failures.values()) {
      throw failure.outcome() == Outcome.MODEL_REFUSED
          ? new BadInputException(failure.message())
          : new DeviceUnreachableException(failure.message(), null);
    }
  }

  private static Map<String, Integer> deviations(FleetRun.Answers answers) {
    Map<String, Integer> deviations = new TreeMap<>();
    answers
        .onCorpus()
        .forEach(judged -> deviations.put(judged.id(), judged.count(Outcome.DEVIATES)));
    return deviations;
  }

  /** How the judges of the compressed model differ, for the report. */
  FleetSummary summary(FirstJudged judged, OnnxModel compressed) {
    Corpus corpus = corpus(PairCampaign.CORPUS);
    return new FleetSummary(
        Provenance.Counts.of(corpus),
        judged.ran(),
        judged.noise(),
        Disagreement.matrix(corpus),
        judged.clean(),
        corpus.header().judges().stream()
            .filter(judge -> judge.kind() != JudgeKind.PROXY)
            .flatMap(judge -> SaturationWarning.of(judge, compressed).stream())
            .toList());
  }
}
