package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Calibration;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardFigures;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.guard.GuardSamples;
import dev.plumbline.host.guard.GuardSplit;
import dev.plumbline.host.guard.GuardedJudges;
import dev.plumbline.host.guard.GuardedModel;
import dev.plumbline.host.guard.PastGuard;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.report.summary.GuardSummary;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The guard band of a pair's repaired model: a search finds its deviations anew, from held-out
 * seeds; the margin is calibrated on them and on evaluation pictures; a search tries to get past
 * it; judges run the guarded model.
 *
 * @param original of the pair
 * @param repaired the model that is guarded
 * @param folder of the pair
 */
record PairGuard(
    CampaignConfig config,
    GuardConfig guard,
    CampaignData data,
    DataDigests digests,
    OnnxModel original,
    OnnxModel repaired,
    Preprocessing preprocessing,
    Device device,
    RuntimeProvider provider,
    PairJudging judging,
    StepJournal journal,
    Path folder,
    Progress progress) {
  /** The step that asks devices. */
  static final String JUDGED = "judge-guarded";

  private static final String CORPUS = "guard-corpus";
  private static final String PAST = "guard-past";
  private static final String GUARDED = "guarded.onnx";
  private static final String EVALUATION_DATA = "evaluation data";

  /** What calibration came to: a guard, or why there is none. */
  private record Calibrated(Optional<Guard> guard, Optional<String> refusal) {}

  /** What judges said; nobody where no model was written. */
  private record Answered(Map<String, GuardFigures> judges, Map<String, List<String>> failed) {}

  /** Of a step that leaves a file. */
  private record Written(String sha256) {}

  /**
   * Refuses what the guard would refuse when its turn comes.
   *
   * @throws BadInputException if decisions have no margin of their own, the model cannot be
   *     written, or there are too few evaluation pictures
   */
  static void requireSound(
      GuardConfig guard,
      OnnxModel original,
      OnnxModel compressed,
      Dataset evaluation,
      CampaignConfig job) {
    GuardStudy.requireGuardable(original, compressed);
    if (guard.exports()) {
      GuardedModel.requireWritable(compressed);
    }
    GuardSamples samples = new GuardSamples(new GuardSplit(job.randomSeed()));
    for (int i = 0; i < evaluation.size(); i++) {
      samples.addClean(evaluation.input(i), 0, false);
    }
    Calibration.requireClean(samples, guard.target());
  }

  GuardSummary run() {
    SearchSettings settings =
        config.searchSettings().pastGuard(ModelContract.of(original).takesWholeNumbers());
    journal.step(
        "search-guard",
        Map.of(
            "the guard's search", settings.json().toString(),
            "held-out seeds", digests.of(config.heldout()),
            "random_seed", Long.toString(config.randomSeed())),
        CorpusCounts.class,
        new FoundCorpus(folder.resolve(CORPUS)),
        () -> search(settings));
    Calibrated calibrated =
        journal.step(
            "guard",
            Map.of(
                "the guard's target",
                guard.target().toString(),
                EVALUATION_DATA,
                digests.of(config.evaluation())),
            Calibrated.class,
            StepJournal.Outputs.NONE,
            this::calibrate);
    Optional<Guard> attacked = calibrated.guard().map(found -> attacked(found, settings));
    boolean isWritten = attacked.isPresent() && guard.exports();
    if (isWritten) {
      journal.step(
          "guarded-model",
          Map.of(EVALUATION_DATA, digests.of(config.evaluation())),
          Written.class,
          new WrittenModel(folder.resolve(GUARDED)),
          () -> write(attacked.get()));
    }
    Map<String, String> asked = new LinkedHashMap<>(PairJudging.inputs(config));
    asked.put("the guarded model", isWritten ? "written" : "not written");
    Answered answered =
        journal.step(
            JUDGED,
            asked,
            Answered.class,
            StepJournal.Outputs.NONE,
            () -> isWritten ? judged(attacked.get()) : new Answered(Map.of(), Map.of()));
    return attacked
        .map(
            found ->
                new GuardSummary(
                    Optional.of(found), answered.judges(), answered.failed(), Optional.empty()))
        .orElseGet(() -> GuardSummary.none(calibrated.refusal().orElseThrow()));
  }

  private CorpusCounts search(SearchSettings settings) {
    return search(settings, data.heldout(), config.heldout().toString(), folder.resolve(CORPUS))
        .header()
        .counts();
  }

  private Corpus search(SearchSettings settings, Dataset seeds, String name, Path out) {
    CorpusWriter.deleteLeftovers(out);
    return new CorpusSearch(original, repaired, preprocessing, device, provider)
        .search(seeds, name, bounded(settings), out, progress);
  }

  private SearchSettings bounded(SearchSettings settings) {
    return settings
        .withClip(SearchSettings.variance(data.training()))
        .withRandomSeed(config.randomSeed());
  }

  /** A repaired model may have too few deviations to tell a share of them. */
  private Calibrated calibrate() {
    try {
      Guard found =
          new GuardStudy(original, repaired, preprocessing, provider, progress)
              .calibrate(corpora(), data.evaluation(), guard.target(), config.randomSeed());
      return new Calibrated(Optional.of(found), Optional.empty());
    } catch (BadInputException e) {
      progress.say("no guard: " + e.getMessage());
      return new Calibrated(Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  private List<Corpus> corpora() {
    return List.of(Corpus.open(folder.resolve(CORPUS)));
  }

  private Guard attacked(Guard found, SearchSettings settings) {
    if (guard.seeds() == 0) {
      return found;
    }
    return found.attacked(
        journal.step(
            "attack-guard",
            Map.of("seeds of the search past the guard", Integer.toString(guard.seeds())),
            PastGuard.class,
            new FoundCorpus(folder.resolve(PAST)),
            () -> attack(found, settings)));
  }

  private PastGuard attack(Guard found, SearchSettings settings) {
    CorpusWriter.deleteLeftovers(folder.resolve(PAST));
    GuardAttack attack =
        new GuardAttack(original, repaired, preprocessing, device, provider, progress);
    Dataset seeds = attack.seeds(found, corpora(), data.evaluation(), guard.seeds());
    return attack.attack(
        found, seeds, config.evaluation().toString(), bounded(settings), folder.resolve(PAST));
  }

  private Written write(Guard found) {
    return new Written(
        new GuardExport(preprocessing, provider, progress)
            .write(repaired, found, data.evaluation(), folder.resolve(GUARDED))
            .sha256());
  }

  private Answered judged(Guard found) {
    GuardedJudges judges =
        judging.guarded(OnnxModel.read(folder.resolve(GUARDED)), found, corpora().get(0));
    GuardGate gate = new GuardGate(judges, OptionalInt.empty());
    Map<String, List<String>> failed = new LinkedHashMap<>();
    for (String judge : judges.figures().keySet()) {
      if (!gate.reasons(judge).isEmpty()) {
        failed.put(judge, gate.reasons(judge));
      }
    }
    return new Answered(judges.figures(), failed);
  }
}
