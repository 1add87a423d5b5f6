package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.CleanPictures;
import dev.plumbline.host.repair.HeldoutSeeds;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairRounds;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.RoundSettings;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.train.TrainingMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The repair of a job, as its file says. The job's held-out corpus plays no part: a share of the
 * corpus' seeds tells which round is the best. The evaluation pictures guard the score; nothing
 * learns from them.
 *
 * @param search the job's; the search of each round takes from it whether the host confirms and how
 *     many seeds walk together
 */
record PairRepair(
    CampaignConfig.RepairConfig config,
    SearchSettings search,
    OnnxModel original,
    OnnxModel compressed,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    Device device,
    Progress progress) {
  private static final int USUAL_EPOCHS = 3;

  /**
   * What a repair made.
   *
   * @param ledger of its rounds; empty if it had none
   */
  record Repaired(OnnxModel model, Optional<RepairLedger> ledger) {}

  /** What the journal keeps of it. */
  record Rounds(Optional<RepairLedger> ledger) {}

  /**
   * @param folder of the pair
   * @param evaluation guards the score; rounds are compared by a new search from some of them
   * @param heldout seeds that nothing is chosen by: a new search from some of them tells what the
   *     repair is worth
   * @param pictures what training, evaluation and held-out data hold
   */
  Repaired repair(
      Corpus corpus,
      Dataset training,
      CleanPictures evaluation,
      Dataset heldout,
      List<JudgeSource> devices,
      Path folder,
      String pictures,
      long randomSeed) {
    Repair repair = new Repair(original, compressed, preprocessing, provider, device);
    RepairSettings settings = settings(config, original, compressed, randomSeed);
    int rounds = rounds(config, settings);
    if (rounds == 0) {
      return new Repaired(repair.repair(corpus, training, settings, progress), Optional.empty());
    }
    RoundSettings bounds = bounds(config, rounds);
    FreshSearch fresh =
        new FreshSearch(
            original,
            preprocessing,
            device,
            provider,
            SearchSettings.usual(SearchAlgorithms.USUAL)
                .withConfirmInWalk(search.confirmInWalk())
                .withBatch(search.batch()),
            training);
    int attackSeeds = attackSeeds(config);
    Optional<NewSearch> newSearch =
        attackSeeds == 0
            ? Optional.empty()
            : fresh.against(HeldoutSeeds.of(evaluation.data(), heldout, attackSeeds));
    RepairRounds.Result result =
        new RepairRounds(
                repair,
                fresh,
                newSearch,
                devices,
                settings,
                bounds,
                pictures,
                roundsFolder(
                    folder, corpus, settings, bounds, pictures + unconfirmed() + attackSeeds),
                progress)
            .run(corpus, Optional.empty(), training, evaluation);
    for (DeviceUnreachableException lost : result.lost().values()) {
      // A job goes on where it was: the rounds are on disk.
      throw lost;
    }
    result.ledger().unmet().ifPresent(progress::say);
    return new Repaired(result.model(), Optional.of(result.ledger()));
  }

  /**
   * Refuses settings that the repair would refuse when its turn comes.
   *
   * @throws dev.plumbline.host.BadInputException if it would
   */
  static void requireSound(CampaignConfig job, OnnxModel original, OnnxModel compressed) {
    CampaignConfig.RepairConfig config = job.repair().orElseGet(CampaignConfig.RepairConfig::usual);
    int rounds = rounds(config, settings(config, original, compressed, job.randomSeed()));
    if (rounds != 0) {
      bounds(config, rounds);
      attackSeeds(config);
    }
  }

  private static int attackSeeds(CampaignConfig.RepairConfig config) {
    return RoundSettings.requireAttackSeeds(
        "repair.attack_seeds", config.attackSeeds().orElse(RoundSettings.USUAL_ATTACK_SEEDS));
  }

  private static int rounds(CampaignConfig.RepairConfig config, RepairSettings settings) {
    return config.rounds().orElse(settings.recipe().usualRounds());
  }

  private static RoundSettings bounds(CampaignConfig.RepairConfig config, int rounds) {
    return new RoundSettings(
        rounds,
        config.goal().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        config.budget().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        config.maxAccuracyDrop().orElse(RoundSettings.USUAL_MAX_ACCURACY_DROP),
        RoundSettings.USUAL_HELDOUT_SHARE,
        config.trainingSeeds().map(OptionalInt::of).orElse(OptionalInt.empty()),
        RoundSettings.USUAL_PATIENCE);
  }

  /** Seeds of the corpus that the rounds do not learn from. */
  static Set<Integer> setAside(Corpus corpus, long randomSeed) {
    return RepairRounds.setAside(corpus, RoundSettings.USUAL_HELDOUT_SHARE, randomSeed);
  }

  private String unconfirmed() {
    return search.confirmInWalk() ? "" : " not confirmed";
  }

  /** A folder of its own for other settings, so that what was found stays. */
  private static Path roundsFolder(
      Path folder, Corpus corpus, RepairSettings settings, RoundSettings bounds, String pictures) {
    String all =
        corpus.sha256() + settings + bounds.maxAccuracyDrop() + bounds.trainingSeeds() + pictures;
    String key = Integer.toHexString(all.hashCode());
    return folder.resolve("rounds-" + key);
  }

  private static RepairSettings settings(
      CampaignConfig.RepairConfig config,
      OnnxModel original,
      OnnxModel compressed,
      long randomSeed) {
    RepairSettings usual =
        RepairSettings.of(
            config.recipe().map(RepairRecipe::parse).orElse(RepairRecipe.USUAL),
            compressed,
            config.epochs().orElse(USUAL_EPOCHS),
            config.trainingRate().orElseGet(() -> TrainingMetadata.rateOrUsual(original)),
            randomSeed);
    RepairSettings settings = config.batch().map(usual::withBatch).orElse(usual);
    return config.learnedScales().map(settings::withLearnedScales).orElse(settings);
  }
}
