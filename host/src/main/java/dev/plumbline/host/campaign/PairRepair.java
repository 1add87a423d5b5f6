package dev.plumbline.host.campaign;

import ai.djl.Device;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.repair.CleanPictures;
import dev.plumbline.host.repair.HeldoutSeeds;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairRounds;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.RoundSettings;
import dev.plumbline.host.report.summary.PrecisionSummary;
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
 * @param precision how the graph that the rounds train is chosen
 * @param search the job's; the search of each round takes from it whether the host confirms and how
 *     many seeds walk together
 */
record PairRepair(
    CampaignConfig.RepairConfig config,
    Optional<PrecisionConfig> precision,
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
   * @param precision graphs that were tried before them; empty if none were to be
   */
  record Repaired(
      OnnxModel model, Optional<RepairLedger> ledger, Optional<PrecisionSummary> precision) {}

  /** What the journal keeps of it. */
  record Rounds(
      Optional<RepairLedger> ledger,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<PrecisionSummary> precision) {}

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
    RepairSettings settings =
        settings(config, usualRecipe(precision), original, compressed, randomSeed);
    int count = rounds(config, settings);
    if (count == 0) {
      Repair once = new Repair(original, compressed, preprocessing, provider, device);
      return new Repaired(
          once.repair(corpus, training, settings, progress), Optional.empty(), Optional.empty());
    }
    RoundSettings bounds = bounds(config, count);
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
    Path rounds =
        roundsFolder(
            folder,
            corpus,
            settings,
            bounds,
            pictures + unconfirmed() + attackSeeds + precision.map(Object::toString).orElse(""));
    RepairGraph given =
        RepairGraph.given(
            compressed,
            new RepairData(corpus, Optional.empty(), training, Optional.of(evaluation.data())));
    RepairGraph graph =
        precision
            .map(
                asked ->
                    chosen(
                        asked,
                        fresh,
                        HeldoutSeeds.of(evaluation.data(), heldout, asked.seeds()),
                        given.data(),
                        new Place(pictures, randomSeed, rounds.resolve("precision"))))
            .orElse(given);
    Repair repair = new Repair(original, graph.model(), preprocessing, provider, device);
    RepairRounds.Result result =
        new RepairRounds(
                repair.ofChosen(graph.from(), graph.choice(), graph.zeros()),
                fresh,
                newSearch,
                devices,
                settings,
                bounds,
                pictures,
                rounds,
                progress)
            .run(graph.data().corpus(), Optional.empty(), training, evaluation);
    for (DeviceUnreachableException lost : result.lost().values()) {
      // A job goes on where it was: the rounds are on disk.
      throw lost;
    }
    result.ledger().unmet().ifPresent(progress::say);
    return new Repaired(result.model(), Optional.of(result.ledger()), graph.tried());
  }

  /** Where a graph is chosen, and what from. */
  private record Place(String pictures, long randomSeed, Path folder) {}

  private RepairGraph chosen(
      PrecisionConfig asked, FreshSearch fresh, HeldoutSeeds seeds, RepairData data, Place place) {
    NewSearch newSearch =
        fresh
            .against(seeds)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "there are no evaluation or held-out pictures for the new search of"
                            + " precision, expected some of both"));
    return RepairGraph.chosen(
        new PrecisionStudy(original, compressed, preprocessing, provider, List.of(), progress),
        fresh,
        data,
        new RepairGraph.Asked(
            asked.maxLatencyIncrease().share(),
            newSearch,
            place.pictures(),
            place.randomSeed(),
            place.folder()));
  }

  /**
   * Refuses settings that the repair would refuse when its turn comes.
   *
   * @throws dev.plumbline.host.BadInputException if it would
   */
  static void requireSound(CampaignConfig job, OnnxModel original, OnnxModel compressed) {
    CampaignConfig.RepairConfig config = job.repair().orElseGet(CampaignConfig.RepairConfig::usual);
    int rounds =
        rounds(
            config,
            settings(config, usualRecipe(job.precision()), original, compressed, job.randomSeed()));
    if (rounds != 0) {
      bounds(config, rounds);
      attackSeeds(config);
    }
    if (job.precision().isPresent()) {
      if (rounds == 0) {
        throw new BadInputException(
            "precision is given and repair.rounds is 0, expected 1 round or more, which train the"
                + " chosen graph");
      }
      CompressedLayers.of(compressed, original).floatStretches();
    }
  }

  private static RepairRecipe usualRecipe(Optional<PrecisionConfig> precision) {
    return precision.isPresent() ? RepairRecipe.USUAL_OF_CHOSEN_GRAPH : RepairRecipe.USUAL;
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
      RepairRecipe usualRecipe,
      OnnxModel original,
      OnnxModel compressed,
      long randomSeed) {
    RepairSettings usual =
        RepairSettings.of(
            config.recipe().map(RepairRecipe::parse).orElse(usualRecipe),
            compressed,
            config.epochs().orElse(USUAL_EPOCHS),
            config.trainingRate().orElseGet(() -> TrainingMetadata.rateOrUsual(original)),
            randomSeed);
    RepairSettings settings = config.batch().map(usual::withBatch).orElse(usual);
    return config.learnedScales().map(settings::withLearnedScales).orElse(settings);
  }
}
