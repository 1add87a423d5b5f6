package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.FolderLock;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.score.ModelScores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rounds of search and repair. A round searches where the best model so far deviates, from the
 * seeds of the corpus that the repair began with and from training pictures, fine-tunes the best
 * model on what was found and training data, and has the judges look. What the host sees left on
 * the corpus and on held-out pictures says which model is the best, after what a new search finds
 * from held-out seeds, where there is one. Each round is on disk when it is done: a repair that was
 * cut off goes on with the next one, and the same settings give the same models.
 */
public final class RepairRounds {
  /** Each round goes in smaller steps than the one before: what it mends, it breaks elsewhere. */
  private static final double SMALLER = 0.5;

  /** The same after a round that cost accuracy: one such step of a deep model can ruin it. */
  private static final double FAR_SMALLER = 0.125;

  private static final String CHOOSING = "choosing";
  private static final String MEASURING = "measuring";

  private final Repair repair;
  private final RoundSearch search;
  private final Optional<NewSearch> newSearch;
  private final List<JudgeSource> devices;
  private final RepairSettings settings;
  private final RoundSettings bounds;
  private final String data;
  private final Path folder;
  private final Progress progress;
  private final PoolVerdicts verdicts;
  private final LedgerFile file;
  private final Map<String, DeviceUnreachableException> lost = new LinkedHashMap<>();

  /**
   * @param search each round begins with, on the best model so far
   * @param newSearch against each model that is made; empty to choose by fixed pictures alone
   * @param devices judge after each round beside the host
   * @param data what training and clean pictures are: their digest, and which of them
   * @param folder of the ledger and of each round's corpus and model; made where it is not there
   */
  public RepairRounds(
      Repair repair,
      RoundSearch search,
      Optional<NewSearch> newSearch,
      List<JudgeSource> devices,
      RepairSettings settings,
      RoundSettings bounds,
      String data,
      Path folder,
      Progress progress) {
    this.repair = repair;
    this.search = search;
    this.newSearch = newSearch;
    this.devices = List.copyOf(devices);
    this.settings = settings;
    this.bounds = bounds;
    this.data = data;
    this.folder = folder;
    this.progress = progress;
    this.verdicts = new PoolVerdicts(progress);
    this.file = new LedgerFile(folder);
  }

  /** The folder of rounds that goes with a repaired model: R.rounds for R.onnx. */
  public static Path folderBeside(Path model) {
    String name = model.getFileName().toString().replaceFirst("\\.onnx$", "");
    return model.resolveSibling(name + ".rounds");
  }

  /**
   * The ledger of the rounds that made a model, where it is beside the model.
   *
   * @param file of the model
   * @param sha256 of the model; the ledger of other rounds is not its
   * @throws BadInputException if there is a ledger that cannot be read
   */
  public static Optional<RepairLedger> ledgerBeside(Path file, String sha256) {
    return new LedgerFile(folderBeside(file))
        .read()
        .filter(ledger -> ledger.best() > 0)
        .filter(ledger -> ledger.rounds().get(ledger.best() - 1).sha256().equals(sha256));
  }

  /**
   * Seeds of a corpus that rounds without a held-out corpus of their own set aside: they do not
   * learn from them, and choose the best round by them.
   *
   * @param share of the seeds, 0 to 1
   * @param randomSeed of the repair
   */
  public static Set<Integer> setAside(Corpus corpus, double share, long randomSeed) {
    return HeldoutSplit.ofShare(corpus, share, randomSeed).heldout().seeds();
  }

  /**
   * What came of all rounds.
   *
   * @param model the best; the compressed model if no round may be kept
   * @param ledger of the rounds
   * @param lost devices that could not be asked in some round, with why
   */
  public record Result(
      OnnxModel model, RepairLedger ledger, Map<String, DeviceUnreachableException> lost) {}

  /**
   * Runs the rounds that are missing.
   *
   * @param corpus found with the two models of the repair
   * @param heldout a corpus of the same models whose seeds the repair does not learn from; where
   *     there is none, a share of the corpus' seeds is held out
   * @param training pictures of the kind the original was trained on; their labels are not used
   * @param clean pictures that a round must not spoil
   * @throws dev.plumbline.host.BadInputException if a corpus was made with other models, or the
   *     folder holds the rounds of another repair
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; the rounds
   *     that are done are on disk
   */
  public Result run(
      Corpus corpus, Optional<Corpus> heldout, Dataset training, CleanPictures clean) {
    return FolderLock.holding(
        folder, Duration.ZERO, () -> runAlone(corpus, heldout, training, clean));
  }

  private Result runAlone(
      Corpus corpus, Optional<Corpus> heldout, Dataset training, CleanPictures clean) {
    long began = System.nanoTime();
    OnnxModel compressed = repair.compressed();
    corpus.requireModels(repair.original().sha256(), compressed.sha256());
    heldout.ifPresent(h -> h.requireModels(repair.original().sha256(), compressed.sha256()));
    HeldoutSplit split = HeldoutSplit.of(corpus, heldout, bounds.heldoutShare(), settings);
    split.learned().requireSome();
    ModelScores scores = new ModelScores(repair.preprocessing(), repair.provider());
    Measuring measuring =
        new Measuring(
            split,
            clean.decided(scores, repair.original(), progress).decisions(),
            model -> clean.decided(scores, model, progress));
    RepairKey key = key(corpus, heldout, split, training, clean);
    RepairLedger ledger =
        file.read(key)
            .orElseGet(
                () ->
                    new RepairLedger(
                        RepairLedger.FORMAT,
                        key,
                        start(measuring),
                        List.of(),
                        Optional.empty(),
                        repair.graphChoice(),
                        repair.zerosChoice()));
    file.write(ledger);
    while (ledger.rounds().size() < bounds.rounds()) {
      Optional<String> stop =
          new RoundChoice(ledger, bounds).reasonToStop((System.nanoTime() - began) / 1e9);
      if (stop.isPresent()) {
        progress.say(stop.get());
        break;
      }
      ledger = ledger.with(round(ledger, corpus, split, training, measuring));
      file.write(ledger);
      progress.say(RoundChoice.inWords(ledger.rounds().get(ledger.rounds().size() - 1)));
    }
    if (newSearch.isPresent()) {
      ledger = ledger.withNewSearch(measured(ledger));
      file.write(ledger);
    }
    return new Result(model(ledger), ledger, lost);
  }

  private RepairKey key(
      Corpus corpus,
      Optional<Corpus> heldout,
      HeldoutSplit split,
      Dataset training,
      CleanPictures clean) {
    return RepairKey.of(
        settings,
        search.id(),
        bounds.maxAccuracyDrop(),
        trainingSeeds(split),
        corpus.sha256(),
        heldout.map(Corpus::sha256).orElse(Double.toString(bounds.heldoutShare())),
        training.size(),
        clean.data().size(),
        data,
        newSearch.map(NewSearch::id));
  }

  private RepairLedger.Start start(Measuring measuring) {
    Map<String, RepairLedger.StartCounts> judges = new LinkedHashMap<>();
    for (JudgeSource judge : judges()) {
      ask(
          judge,
          () ->
              judges.put(
                  judge.id(),
                  new RepairLedger.StartCounts(
                      deviating(judge, repair.compressed(), measuring.split().learned()).size(),
                      deviating(judge, repair.compressed(), measuring.split().heldout()).size())));
    }
    return RepairLedger.Start.of(
        judges,
        measuring.rates(repair.given()),
        found(0, repair.compressed()).map(NewFinds::counts));
  }

  /** What a new search finds of the model of a round from the seeds that rounds are compared by. */
  private Optional<NewFinds> found(int round, OnnxModel model) {
    return newSearch.map(search -> find(search, search.seeds().choosing(), CHOOSING, round, model));
  }

  private NewFinds find(NewSearch search, Dataset seeds, String name, int round, OnnxModel model) {
    return search.find(
        model,
        repair.original().sha256(),
        seeds,
        own(round).resolve("new-search").resolve(name),
        settings.randomSeed(),
        progress);
  }

  private static double rateShare(RepairLedger ledger) {
    double share = 1;
    for (RepairLedger.Round before : ledger.rounds()) {
      share *= before.outcome() == RoundOutcome.ACCURACY_FELL ? FAR_SMALLER : SMALLER;
    }
    return share;
  }

  private RepairLedger.Round round(
      RepairLedger ledger,
      Corpus corpus,
      HeldoutSplit split,
      Dataset training,
      Measuring measuring) {
    long began = System.nanoTime();
    int number = ledger.rounds().size() + 1;
    OnnxModel best = model(ledger);
    RoundFinds finds = finds(corpus, split);
    List<Corpus> fresh = finds.find(best, training, number, progress);
    // What an earlier round broke is hard too.
    CorpusPool pool = marked(finds.ofCorpus(split.learned(), number), best);
    CorpusPool others = marked(finds.ofTraining(pool, number), best);
    RepairSettings how = settings.ofRound(number, rateShare(ledger));
    String path = folder.relativize(own(number)).resolve("model.onnx").toString();
    repair
        .withProvenance(
            repair.fineTuning().tune(best, pool, others, training, how, progress),
            corpus,
            how,
            number,
            pool.with(others),
            training)
        .write(folder.resolve(path));
    // Devices get the file that a model was read from.
    OnnxModel model = OnnxModel.read(folder.resolve(path));
    Map<String, RepairLedger.RoundCounts> judges = new LinkedHashMap<>();
    for (JudgeSource judge : judges()) {
      ask(judge, () -> judges.put(judge.id(), counts(judge, best, model, pool, split)));
    }
    CleanPictures.Rates rates = measuring.rates(model);
    Optional<NewFinds> found = found(number, model);
    int compared =
        found.map(ours -> ours.compareWith(found(ledger.best(), best).orElseThrow())).orElse(0);
    return new RepairLedger.Round(
        number,
        path,
        model.sha256(),
        ledger.best(),
        how.rate(),
        fresh.stream().mapToInt(c -> c.header().counts().seeds()).sum(),
        fresh.stream().mapToInt(c -> c.header().counts().effective()).sum(),
        pool.pictures().size() + others.pictures().size(),
        judges,
        rates.accuracy(),
        rates.otherScore(),
        rates.agreement(),
        found.map(NewFinds::counts),
        new RoundChoice(ledger, bounds).outcome(judges.get(HostJudge.ID), rates, compared),
        (System.nanoTime() - began) / 1e9);
  }

  private RoundFinds finds(Corpus corpus, HeldoutSplit split) {
    return new RoundFinds(
        search,
        repair.original().sha256(),
        CorpusSeeds.of(corpus, split.learned().seeds()),
        trainingSeeds(split),
        folder,
        settings.randomSeed());
  }

  private int trainingSeeds(HeldoutSplit split) {
    return bounds
        .trainingSeeds()
        .orElseGet(() -> RoundSettings.USUAL_TRAINING_SEEDS * split.learned().seeds().size());
  }

  private CorpusPool marked(CorpusPool pool, OnnxModel best) {
    return pool.withHard(deviating(judges().get(0), best, pool));
  }

  private RepairLedger.RoundCounts counts(
      JudgeSource judge, OnnxModel before, OnnxModel after, CorpusPool pool, HeldoutSplit split) {
    Set<String> broken = deviating(judge, before, pool);
    Set<String> left = deviating(judge, after, pool);
    int still = (int) broken.stream().filter(left::contains).count();
    return new RepairLedger.RoundCounts(
        broken.size() - still,
        still,
        left.size() - still,
        deviating(judge, after, split.learned()).size(),
        deviating(judge, after, split.heldout()).size());
  }

  /** What a new search finds before and after, from seeds that no choice was made by. */
  private NewSearchCounts.BeforeAfter measured(RepairLedger ledger) {
    NewSearch search = newSearch.orElseThrow();
    Dataset seeds = search.seeds().measuring();
    NewSearchCounts before = find(search, seeds, MEASURING, 0, repair.compressed()).counts();
    return new NewSearchCounts.BeforeAfter(
        before,
        ledger.best() == 0
            ? before
            : find(search, seeds, MEASURING, ledger.best(), model(ledger)).counts());
  }

  /** What belongs to a round; 0 is the compressed model before any. */
  private Path own(int round) {
    return folder.resolve("round-" + round);
  }

  /** The best model so far. */
  private OnnxModel model(RepairLedger ledger) {
    if (ledger.best() == 0) {
      return repair.compressed();
    }
    RepairLedger.Round round = ledger.rounds().get(ledger.best() - 1);
    OnnxModel model = OnnxModel.read(folder.resolve(round.model()));
    if (!model.sha256().equals(round.sha256())) {
      throw new BadInputException(
          folder.resolve(round.model())
              + " has SHA-256 "
              + model.sha256()
              + ", expected "
              + round.sha256()
              + " as the ledger beside it says");
    }
    return model;
  }

  private List<JudgeSource> judges() {
    List<JudgeSource> all = new ArrayList<>();
    all.add(JudgeSource.host(repair.preprocessing(), repair.provider()));
    all.addAll(devices);
    return all;
  }

  private Set<String> deviating(JudgeSource judge, OnnxModel model, CorpusPool pool) {
    return verdicts.deviating(judge, model, pool);
  }

  /** A device that is lost does not stop the repair: the host's count leads it. */
  private void ask(JudgeSource judge, Runnable question) {
    try {
      question.run();
    } catch (DeviceUnreachableException e) {
      lost.put(judge.id(), e);
      progress.say(e.getMessage());
    }
  }
}
