package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.CleanPictures;
import dev.plumbline.host.report.summary.GuardSummary;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole job on one pair: search, judge, repair, judge again, evaluate, attack, guard. Each
 * step's result is in the pair's journal; corpora and the repaired model are in the pair's folder.
 */
final class PairCampaign {
  static final String CORPUS = "corpus";
  static final String HELDOUT = "heldout";

  /** The step that asks devices about the repaired model. */
  static final String JUDGED = "judge-again";

  static final String REPAIRED = "repaired.onnx";

  /** What the step that evaluates tells; journals of others have shares alone. */
  private static final String SCORE_AND_AGREEMENT = "score and agreement";

  private final CampaignConfig config;
  private final CampaignData data;
  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final Device device;
  private final RuntimeProvider provider;
  private final Path folder;
  private final Progress progress;
  private final DataDigests digests;
  private final StepJournal journal;
  private final PairJudging judging;

  PairCampaign(
      CampaignConfig config,
      CampaignData data,
      DataDigests digests,
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Device device,
      RuntimeProvider provider,
      FleetDatabase database,
      Path folder,
      Progress progress) {
    ModelContract.requirePair(original, compressed);
    this.config = config;
    this.data = data;
    this.digests = digests;
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.device = device;
    this.provider = provider;
    this.folder = folder;
    this.progress = progress;
    this.journal = StepJournal.open(journal(folder), progress::say);
    this.judging =
        new PairJudging(
            config, data, original, preprocessing, provider, database, folder, progress);
  }

  /**
   * @param folder of a pair
   */
  static Path journal(Path folder) {
    return folder.resolve("journal.json");
  }

  PairResult run() {
    Map<String, String> models =
        Map.of(
            "the program", ToolVersion.text(),
            "the original", original.sha256(),
            "the compressed model", compressed.sha256(),
            "the preprocessing", preprocessing.toString(),
            "the output", original.graph().output().name(),
            "the task", Tasks.text(Tasks.ofPair(original, compressed)),
            "seeds", digests.of(config.seeds()));
    NaturalDeviations natural =
        journal.step(
            "natural",
            models,
            NaturalDeviations.class,
            StepJournal.Outputs.NONE,
            () ->
                NaturalDeviations.measure(
                    original, compressed, data.seeds(), preprocessing, provider, progress));
    progress.say(natural.toString());
    CorpusCounts counts =
        journal.step(
            "search",
            searchInputs(),
            CorpusCounts.class,
            new FoundCorpus(folder.resolve(CORPUS)),
            () -> search(data.seeds(), config.seeds().toString(), CORPUS));
    journal.step(
        "search-heldout",
        Map.of("held-out seeds", digests.of(config.heldout())),
        CorpusCounts.class,
        new FoundCorpus(folder.resolve(HELDOUT)),
        () -> search(data.heldout(), config.heldout().toString(), HELDOUT));
    PairJudging.FirstJudged before =
        journal.step(
            "judge",
            PairJudging.inputs(config),
            PairJudging.FirstJudged.class,
            StepJournal.Outputs.NONE,
            () -> judging.compressed(compressed));
    PairRepair.Rounds rounds =
        journal.step(
            "repair",
            repairInputs(),
            PairRepair.Rounds.class,
            new WrittenModel(folder.resolve(REPAIRED)),
            this::repairRounds);
    OnnxModel repaired = OnnxModel.read(folder.resolve(REPAIRED));
    PairJudging.Rejudged after =
        journal.step(
            JUDGED,
            PairJudging.inputs(config),
            PairJudging.Rejudged.class,
            StepJournal.Outputs.NONE,
            () -> judging.repaired(repaired));
    CleanFigures clean =
        journal.step(
            "evaluate",
            Map.of("evaluation data", evaluationDigest(), "figures", SCORE_AND_AGREEMENT),
            CleanFigures.class,
            StepJournal.Outputs.NONE,
            () -> clean(repaired));
    Optional<AttackFigures> attack = attack(repaired);
    Optional<GuardSummary> guard = config.guard().map(asked -> guard(asked, repaired).run());
    return new PairResult(
        folder,
        natural,
        counts,
        before.deviations(),
        judging.summary(before, compressed),
        rounds.ledger(),
        rounds.precision(),
        after,
        clean,
        attack,
        guard,
        journal.seconds(),
        original.sha256(),
        compressed.sha256());
  }

  private PairGuard guard(GuardConfig asked, OnnxModel repaired) {
    return new PairGuard(
        config,
        asked,
        data,
        digests,
        original,
        repaired,
        preprocessing,
        device,
        provider,
        judging,
        journal,
        folder,
        progress);
  }

  private Map<String, String> repairInputs() {
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put("repair", config.repair().toString());
    inputs.put("training data", digests.of(config.training()));
    inputs.put("evaluation data", evaluationDigest());
    config.precision().ifPresent(precision -> inputs.put("precision", precision.toString()));
    return inputs;
  }

  private PairRepair.Rounds repairRounds() {
    PairRepair.Repaired repaired = repair();
    return new PairRepair.Rounds(repaired.ledger(), repaired.precision());
  }

  private Map<String, String> searchInputs() {
    return Map.of(
        "search", config.searchSettings().json().toString(),
        "random_seed", Long.toString(config.randomSeed()),
        // Its variance is the clip of some searches.
        "training data", digests.of(config.training()));
  }

  /** Of the evaluation pictures and of what people noted about them. */
  private String evaluationDigest() {
    String pictures = digests.of(config.evaluation());
    return config.annotations().map(noted -> pictures + " " + digests.of(noted)).orElse(pictures);
  }

  private CleanFigures clean(OnnxModel repaired) {
    Evaluation evaluation = new Evaluation(data.evaluation(), preprocessing, provider);
    return CleanFigures.of(
        Tasks.ofPair(original, compressed),
        evaluation.scored(original, data.truth(), "original", progress),
        evaluation.scored(compressed, data.truth(), "compressed", progress),
        Optional.of(evaluation.scored(repaired, data.truth(), "repaired", progress)));
  }

  /** None where the task has no attack on one model. */
  private Optional<AttackFigures> attack(OnnxModel repaired) {
    Attack attack = new Attack(data.evaluation(), preprocessing, provider, data.truth());
    Optional<String> refusal = attack.refusal(Tasks.of(original));
    if (refusal.isPresent()) {
      progress.say("no attack: " + refusal.get());
      return Optional.empty();
    }
    List<Integer> epsilons = Epsilon.whole(config.epsilon());
    return Optional.of(
        journal.step(
            "attack",
            Map.of("evaluation data", evaluationDigest(), "epsilon", config.epsilon().toString()),
            AttackFigures.class,
            StepJournal.Outputs.NONE,
            () ->
                new AttackFigures(
                    attack.from(Tasks.of(original)),
                    attack.shares(original, epsilons, device, progress),
                    attack.shares(compressed, epsilons, device, progress),
                    attack.shares(repaired, epsilons, device, progress))));
  }

  private CorpusCounts search(Dataset seeds, String name, String out) {
    // With the same random seed, a search that was cut off finds the same again.
    CorpusWriter.deleteLeftovers(folder.resolve(out));
    return new CorpusSearch(original, compressed, preprocessing, device, provider)
        .search(
            seeds,
            name,
            config
                .searchSettings()
                .withClip(SearchSettings.variance(data.training()))
                .withRandomSeed(config.randomSeed()),
            folder.resolve(out),
            progress)
        .header()
        .counts();
  }

  private PairRepair.Repaired repair() {
    Corpus corpus = Corpus.open(folder.resolve(CORPUS));
    PairRepair.Repaired repaired =
        new PairRepair(
                config.repair().orElseGet(CampaignConfig.RepairConfig::usual),
                config.precision(),
                config.searchSettings(),
                original,
                compressed,
                preprocessing,
                provider,
                device,
                progress)
            .repair(
                corpus,
                data.training(),
                new CleanPictures(data.evaluation(), data.truth()),
                data.heldout(),
                judging.devices(),
                folder,
                String.join(
                    " ",
                    digests.of(config.training()),
                    evaluationDigest(),
                    digests.of(config.heldout())),
                config.randomSeed());
    repaired.model().write(folder.resolve(REPAIRED));
    return repaired;
  }
}
