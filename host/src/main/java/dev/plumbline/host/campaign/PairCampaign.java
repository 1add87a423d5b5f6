package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.NaturalDeviations;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole job on one pair: search, judge, repair, judge again, evaluate, attack. Each step's
 * result is in the pair's journal; corpora and the repaired model are in the pair's folder.
 */
final class PairCampaign {
  static final String CORPUS = "corpus";
  static final String HELDOUT = "heldout";
  static final String REPAIRED = "repaired.onnx";

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
  private final PairJudging judging;

  PairCampaign(
      CampaignConfig config,
      CampaignData data,
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
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.device = device;
    this.provider = provider;
    this.folder = folder;
    this.progress = progress;
    this.journal = StepJournal.open(journal(folder));
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
    String models = original.sha256() + " " + compressed.sha256() + " " + preprocessing;
    String searchKey =
        models + " " + config.search() + " " + config.seeds() + " " + config.randomSeed();
    NaturalDeviations natural =
        journal.step(
            "natural",
            models + " " + config.seeds(),
            NaturalDeviations.class,
            () ->
                NaturalDeviations.measure(
                    original, compressed, data.seeds(), preprocessing, provider, progress));
    progress.say(natural.toString());
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
    PairJudging.FirstJudged before =
        journal.step(
            "judge",
            devices(),
            PairJudging.FirstJudged.class,
            () -> judging.compressed(compressed));
    PairRepair.Rounds rounds =
        journal.step(
            "repair",
            config.repair() + " " + config.training() + " " + config.evaluation(),
            PairRepair.Rounds.class,
            () -> new PairRepair.Rounds(repair().ledger()));
    OnnxModel repaired = OnnxModel.read(folder.resolve(REPAIRED));
    PairJudging.Rejudged after =
        journal.step(
            "judge-again", devices(), PairJudging.Rejudged.class, () -> judging.repaired(repaired));
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
        natural,
        counts,
        before.deviations(),
        judging.summary(before, compressed),
        rounds.ledger(),
        after,
        clean,
        attack,
        journal.seconds(),
        original.sha256(),
        compressed.sha256());
  }

  private String devices() {
    return "repeats " + PairJudging.REPEATS + " " + String.join(" ", config.devices());
  }

  private Evaluation evaluation() {
    return new Evaluation(data.evaluation(), preprocessing, provider);
  }

  private CorpusCounts search(Dataset seeds, String name, String out) {
    SearchConfig how = config.search().orElseGet(SearchConfig::usual);
    List<Float> clip = new ArrayList<>();
    for (double variance : ChannelStatistics.of(data.training()).variance()) {
      clip.add((float) variance);
    }
    // With the same random seed, a search that was cut off finds the same again.
    CorpusWriter.deleteLeftovers(folder.resolve(out));
    return new CorpusSearch(original, compressed, preprocessing, device, how.confirmer(provider))
        .search(
            seeds,
            name,
            how.chosen(),
            how.settings(clip, config.randomSeed()),
            how.close(),
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
                config.search().flatMap(SearchConfig::batch),
                original,
                compressed,
                preprocessing,
                provider,
                device,
                progress)
            .repair(
                corpus,
                data.training(),
                data.evaluation(),
                judging.devices(),
                folder,
                config.randomSeed());
    repaired.model().write(folder.resolve(REPAIRED));
    return repaired;
  }
}
