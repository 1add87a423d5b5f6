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
import dev.plumbline.host.task.Decision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rounds of search and repair. A round searches where the best model so far deviates, from the
 * seeds of the corpus that the repair began with and from training pictures, fine-tunes the best
 * model on what was found and training data, and has the judges look. What the host sees left on
 * the corpus and on held-out pictures says which model is the best. Each round is on disk when it
 * is done: a repair that was cut off goes on with the next one, and the same settings give the same
 * models.
 */
public final class RepairRounds {
  /** Each round goes in smaller steps than the one before: what it mends, it breaks elsewhere. */
  private static final double SMALLER = 0.5;

  private final Repair repair;
  private final RoundSearch search;
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
   * @param devices judge after each round beside the host
   * @param data what training and clean pictures are: their digest, and which of them
   * @param folder of the ledger and of each round's corpus and model; made where it is not there
   */
  public RepairRounds(
      Repair repair,
      RoundSearch search,
      List<JudgeSource> devices,
      RepairSettings settings,
      RoundSettings bounds,
      String data,
      Path folder,
      Progress progress) {
    this.repair = repair;
    this.search = search;
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
    List<Decision> byOriginal =
        clean.decisions(repair.original(), repair.preprocessing(), repair.provider(), progress);
    Measuring measuring =
        new Measuring(
            split,
            clean,
            byOriginal,
            model -> clean.decisions(model, repair.preprocessing(), repair.provider(), progress));
    RepairKey key = key(corpus, heldout, split, training, clean);
    RepairLedger ledger =
        file.read(key)
            .orElseGet(
                () -> new RepairLedger(RepairLedger.FORMAT, key, start(measuring), List.of()));
    file.write(ledger);
    while (ledger.rounds().size() < bounds.rounds()) {
      Optional<String> stop = reasonToStop(ledger, (System.nanoTime() - began) / 1e9);
      if (stop.isPresent()) {
        progress.say(stop.get());
        break;
      }
      ledger = ledger.with(round(ledger, corpus, split, training, measuring));
      file.write(ledger);
      progress.say(inWords(ledger.rounds().get(ledger.rounds().size() - 1)));
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
        data);
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
    CleanPictures.Rates rates = measuring.rates(repair.compressed());
    return new RepairLedger.Start(judges, rates.accuracy(), rates.agreement());
  }

  private Optional<String> reasonToStop(RepairLedger ledger, double seconds) {
    RepairLedger.StartCounts start = ledger.start().judges().get(HostJudge.ID);
    int heldout = heldoutOfBest(ledger);
    int corpus = corpusOfBest(ledger);
    if (bounds.goal().isPresent()
        && heldout <= bounds.goal().getAsDouble() * start.heldout()
        && corpus <= bounds.goal().getAsDouble() * start.corpus()) {
      return Optional.of(
          "the goal is reached: %d of %d deviations are left on the part of the corpus that is"
              + " learned"
              + " from and %d of %d on the seeds set aside"
                  .formatted(corpus, start.corpus(), heldout, start.heldout()));
    }
    if (bounds.budget().isPresent() && seconds >= bounds.budget().getAsDouble()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the budget of %.0f seconds is spent after %d rounds",
              bounds.budget().getAsDouble(),
              ledger.rounds().size()));
    }
    int vain = ledger.rounds().size() - ledger.best();
    if (vain >= bounds.patience()) {
      return Optional.of("%d rounds in a row made no better model".formatted(vain));
    }
    return Optional.empty();
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
    Path own = folder.resolve("round-" + number);
    RoundFinds finds = finds(corpus, split);
    List<Corpus> fresh = finds.find(best, training, number, progress);
    // What an earlier round broke is hard too.
    CorpusPool pool = marked(finds.ofCorpus(split.learned(), number), best);
    CorpusPool others = marked(finds.ofTraining(pool, number), best);
    double rateShare = Math.pow(SMALLER, number - 1);
    RepairSettings how = settings.ofRound(number, rateShare);
    String path = folder.relativize(own).resolve("model.onnx").toString();
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
    return new RepairLedger.Round(
        number,
        path,
        model.sha256(),
        ledger.best(),
        how.rate(),
        fresh.stream().mapToInt(found -> found.header().counts().seeds()).sum(),
        fresh.stream().mapToInt(found -> found.header().counts().effective()).sum(),
        pool.pictures().size() + others.pictures().size(),
        judges,
        rates.accuracy(),
        rates.agreement(),
        outcome(ledger, judges.get(HostJudge.ID), rates),
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

  private RoundOutcome outcome(
      RepairLedger ledger, RepairLedger.RoundCounts host, CleanPictures.Rates rates) {
    double lost = 100 * (ledger.start().rates().guarded() - rates.guarded());
    // Shares of whole pictures: what is allowed must not fail by the last digit.
    if (lost > bounds.maxAccuracyDrop() + 1e-9) {
      return RoundOutcome.ACCURACY_FELL;
    }
    boolean better =
        left(ledger, host.corpus(), host.heldout())
            < left(ledger, corpusOfBest(ledger), heldoutOfBest(ledger));
    return better ? RoundOutcome.BEST : RoundOutcome.NO_BETTER;
  }

  /** Share of the deviations that is left on the corpus, and of those held out, added. */
  private static double left(RepairLedger ledger, int corpus, int heldout) {
    RepairLedger.StartCounts start = ledger.start().judges().get(HostJudge.ID);
    return (double) corpus / Math.max(1, start.corpus())
        + (double) heldout / Math.max(1, start.heldout());
  }

  private static int heldoutOfBest(RepairLedger ledger) {
    return ledger.best() == 0
        ? ledger.start().judges().get(HostJudge.ID).heldout()
        : ledger.rounds().get(ledger.best() - 1).judges().get(HostJudge.ID).heldout();
  }

  private static int corpusOfBest(RepairLedger ledger) {
    return ledger.best() == 0
        ? ledger.start().judges().get(HostJudge.ID).corpus()
        : ledger.rounds().get(ledger.best() - 1).judges().get(HostJudge.ID).corpus();
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

  private static String inWords(RepairLedger.Round round) {
    RepairLedger.RoundCounts host = round.judges().get(HostJudge.ID);
    return String.format(
        Locale.ROOT,
        "round %d: %d fixed, %d still broken, %d newly broken; learned from: %d left, set aside: %d"
            + " left;"
            + "%s agreement %.2f %%: %s",
        round.round(),
        host.fixed(),
        host.stillBroken(),
        host.newlyBroken(),
        host.corpus(),
        host.heldout(),
        round.accuracy().isPresent()
            ? String.format(Locale.ROOT, " accuracy %.2f %%,", 100 * round.accuracy().getAsDouble())
            : "",
        100 * round.agreement(),
        switch (round.outcome()) {
          case BEST -> "the best so far";
          case NO_BETTER -> "no better than before";
          case ACCURACY_FELL -> "rolled back, as clean accuracy fell too far";
        });
  }
}
