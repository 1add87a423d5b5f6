package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.CleanLabels;
import dev.plumbline.host.device.CorpusJudging;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceUnreachableException;
import dev.plumbline.host.device.Disagreement;
import dev.plumbline.host.device.HostJudge;
import dev.plumbline.host.device.Judge;
import dev.plumbline.host.device.JudgeSource;
import dev.plumbline.host.device.Judged;
import dev.plumbline.host.device.Provenance;
import dev.plumbline.host.device.Question;
import dev.plumbline.host.device.RepeatedJudging;
import dev.plumbline.host.device.SaturationWarning;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.report.FleetSummary;
import dev.plumbline.host.search.SearchAlgorithm;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.train.TrainingMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole job on one pair: search, judge, repair, judge again, evaluate, attack. Each step's
 * result is in the pair's journal; corpora and the repaired model are in the pair's folder.
 */
final class PairCampaign {
  static final String CORPUS = "corpus";
  static final String HELDOUT = "heldout";
  static final String REPAIRED = "repaired.onnx";

  /** Pictures that go through the search at once. */
  private static final int SEARCH_BATCH = 100;

  /** Runs that are repeated under each condition for the noise floor. */
  private static final int REPEATS = 1;

  private final CampaignConfig config;
  private final CampaignData data;
  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final Device device;
  private final RuntimeProvider provider;
  private final Path folder;
  private final Progress progress;
  private final StepJournal journal;

  PairCampaign(
      CampaignConfig config,
      CampaignData data,
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Device device,
      RuntimeProvider provider,
      Path folder,
      Progress progress) {
    CorpusSearch.requirePair(original, compressed);
    this.config = config;
    this.data = data;
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.device = device;
    this.provider = provider;
    this.folder = folder;
    this.progress = progress;
    this.journal = StepJournal.open(folder.resolve("journal.json"));
  }

  /**
   * What all judges say of both corpora.
   *
   * @param corpus deviations by judge, in the order in which they judged
   * @param heldout likewise
   */
  record Deviations(Map<String, Integer> corpus, Map<String, Integer> heldout) {}

  /**
   * How the judges of the compressed model differ.
   *
   * @param noise of each, on the corpus
   * @param clean every two of them, on clean pictures; empty without devices
   */
  record FleetNoise(List<FleetSummary.Noise> noise, List<Disagreement> clean) {}

  /**
   * What the judges say of the compressed model.
   *
   * @param deviations that they see, flaky ones left out
   * @param fleet how they differ
   */
  record FirstJudged(Deviations deviations, FleetNoise fleet) {}

  PairResult run() {
    String models = original.sha256() + " " + compressed.sha256() + " " + preprocessing;
    String searchKey =
        models + " " + config.search() + " " + config.seeds() + " " + config.randomSeed();
    CorpusCounts counts =
        journal.step(
            "search",
            searchKey,
            CorpusCounts.class,
            () -> search(data.seeds(), config.seeds().toString(), CORPUS));
    journal.step(
        "search-heldout",
        searchKey + " " + config.heldout(),
        CorpusCounts.class,
        () -> search(data.heldout(), config.heldout().toString(), HELDOUT));
    FirstJudged before =
        journal.step(
            "judge",
            "repeats " + REPEATS + " " + devices(),
            FirstJudged.class,
            this::judgeCompressed);
    journal.step(
        "repair",
        config.repair() + " " + config.training(),
        String.class,
        () -> {
          OnnxModel repaired = repair();
          repaired.write(folder.resolve(REPAIRED));
          return repaired.sha256();
        });
    OnnxModel repaired = OnnxModel.read(folder.resolve(REPAIRED));
    Rejudged after =
        journal.step("judge-again", devices(), Rejudged.class, () -> judgeRepaired(repaired));
    CleanFigures clean =
        journal.step(
            "evaluate",
            config.evaluation().toString(),
            CleanFigures.class,
            () -> evaluation().clean(original, compressed, repaired, progress));
    AttackFigures attack =
        journal.step(
            "attack",
            config.evaluation() + " " + config.epsilon(),
            AttackFigures.class,
            () ->
                evaluation()
                    .attack(original, compressed, repaired, config.epsilon(), device, progress));
    return new PairResult(
        folder,
        counts,
        before.deviations(),
        fleet(before.fleet()),
        after,
        clean,
        attack,
        journal.seconds(),
        original.sha256(),
        compressed.sha256());
  }

  private String devices() {
    return String.join(" ", config.devices());
  }

  private Evaluation evaluation() {
    return new Evaluation(data.evaluation(), preprocessing, provider);
  }

  private CorpusCounts search(Dataset seeds, String name, String out) {
    SearchAlgorithm algorithm =
        SearchAlgorithms.byName(
            config.search().flatMap(CampaignConfig.SearchConfig::algorithm).orElse("compd"));
    int steps = config.search().flatMap(CampaignConfig.SearchConfig::steps).orElse(10);
    List<Float> clip = new ArrayList<>();
    for (double variance : ChannelStatistics.of(data.training()).variance()) {
      clip.add((float) variance);
    }
    SearchSettings settings =
        new SearchSettings(
            steps,
            SearchSettings.PUBLISHED_RATE,
            clip,
            SearchSettings.PUBLISHED_COVERAGE_WEIGHT,
            SEARCH_BATCH,
            config.randomSeed());
    return new CorpusSearch(original, compressed, preprocessing, device)
        .search(seeds, name, algorithm, settings, folder.resolve(out), progress)
        .header()
        .counts();
  }

  private FirstJudged judgeCompressed() {
    Map<String, Integer> onCorpus = new TreeMap<>();
    Map<String, Integer> onHeldout = new TreeMap<>();
    List<FleetSummary.Noise> noise = new ArrayList<>();
    Map<String, Map<String, Verdict>> onClean = new LinkedHashMap<>();
    RepeatedJudging judging =
        new RepeatedJudging(compressed, Optional.of(original), REPEATS, progress);
    List<Question> clean = config.devices().isEmpty() ? List.of() : cleanQuestions();
    for (JudgeSource source : judges()) {
      Judged judged = record(judging, source, CORPUS);
      onCorpus.put(source.id(), judged.count(Outcome.DEVIATES));
      noise.add(
          new FleetSummary.Noise(
              source.id(), judged.count(Outcome.FLAKY), judged.noise().repeats()));
      onHeldout.put(source.id(), record(judging, source, HELDOUT).count(Outcome.DEVIATES));
      if (!clean.isEmpty()) {
        onClean.put(source.id(), throughout(judging.judge(source, clean)).verdicts());
      }
    }
    return new FirstJudged(
        new Deviations(onCorpus, onHeldout), new FleetNoise(noise, Disagreement.matrix(onClean)));
  }

  private List<Question> cleanQuestions() {
    return Question.of(
        data.evaluation(),
        CleanLabels.ofOriginal(original, data.evaluation(), preprocessing, provider, progress));
  }

  private Judged record(RepeatedJudging judging, JudgeSource source, String name) {
    Corpus corpus = Corpus.open(folder.resolve(name));
    Judged judged = judging.judge(source, Question.of(corpus));
    judged.keepIn(corpus);
    return throughout(judged);
  }

  /** A job goes on where it was, so a judge that did not get through ends it for now. */
  private static Judged throughout(Judged judged) {
    judged
        .failure()
        .ifPresent(
            failure -> {
              throw failure.outcome() == Outcome.MODEL_REFUSED
                  ? new BadInputException(failure.message())
                  : new DeviceUnreachableException(failure.message(), null);
            });
    return judged;
  }

  private FleetSummary fleet(FleetNoise measured) {
    Corpus corpus = Corpus.open(folder.resolve(CORPUS));
    return new FleetSummary(
        Provenance.Counts.of(corpus),
        measured.noise(),
        Disagreement.matrix(corpus),
        measured.clean(),
        corpus.header().judges().stream()
            .filter(judge -> judge.kind() != JudgeKind.PROXY)
            .flatMap(judge -> SaturationWarning.of(judge, compressed).stream())
            .toList());
  }

  private Rejudged judgeRepaired(OnnxModel repaired) {
    Deviations left = new Deviations(new TreeMap<>(), new TreeMap<>());
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (JudgeSource source : judges()) {
      try (Judge judge = source.open(repaired)) {
        String id = judge.info().id();
        Map<String, Verdict> ofCorpus =
            CorpusJudging.replay(Corpus.open(folder.resolve(CORPUS)), judge, progress);
        Map<String, Verdict> ofHeldout =
            CorpusJudging.replay(Corpus.open(folder.resolve(HELDOUT)), judge, progress);
        left.corpus().put(id, CorpusJudging.deviations(ofCorpus));
        left.heldout().put(id, CorpusJudging.deviations(ofHeldout));
        if (id.equals(HostJudge.ID)) {
          verdicts.putAll(ofCorpus);
        }
      }
    }
    return new Rejudged(left, verdicts);
  }

  /**
   * What the judges say of the repaired model.
   *
   * @param deviations left
   * @param host the host's verdicts on the corpus, by the id of the picture
   */
  record Rejudged(Deviations deviations, Map<String, Verdict> host) {}

  private List<JudgeSource> judges() {
    List<JudgeSource> sources = new ArrayList<>();
    sources.add(JudgeSource.host(preprocessing, provider));
    for (String address : config.devices()) {
      sources.add(JudgeSource.device(address, DeviceAddress.parse(address), preprocessing));
    }
    return sources;
  }

  private OnnxModel repair() {
    int epochs = config.repair().flatMap(CampaignConfig.RepairConfig::epochs).orElse(3);
    double trainingRate =
        config
            .repair()
            .flatMap(CampaignConfig.RepairConfig::trainingRate)
            .or(() -> TrainingMetadata.rate(original))
            .orElse(RepairSettings.USUAL_TRAINING_RATE);
    return new Repair(original, compressed, preprocessing, provider, device)
        .repair(
            Corpus.open(folder.resolve(CORPUS)),
            data.training(),
            RepairSettings.compd(epochs, trainingRate, config.randomSeed()),
            progress);
  }
}
