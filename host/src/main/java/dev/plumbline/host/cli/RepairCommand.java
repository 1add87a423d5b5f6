package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.CorpusRepair;
import dev.plumbline.host.campaign.FreshSearch;
import dev.plumbline.host.campaign.RepairData;
import dev.plumbline.host.campaign.RepairGraph;
import dev.plumbline.host.campaign.RepairZeros;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.RepairRounds;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.TrainingSplit;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "repair",
    description =
        "Searches and fine-tunes a compressed model in rounds, beginning with a corpus; the graph"
            + " stays as it is.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RepairCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private PairOptions pair;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;
  @Mixin private DatabaseOptions databases;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Mixin private RecipeOptions recipe;
  @Mixin private RoundOptions rounds;
  @Mixin private AnnotationOptions annotations;

  @Mixin private SearchOptions how;

  @Option(
      names = "--search-batch",
      paramLabel = "N",
      description =
          "Seeds that walk together in the search of each round, which --batch does not bound"
              + " (default: as many as memory has room for, on the CPU 64 at most).")
  private Integer searchBatch;

  @Option(
      names = "--allow-overlap",
      description =
          "Repair even if the pictures of --heldout or --clean are among those that are learned"
              + " from; the answer names them.")
  private boolean allowOverlap;

  @Mixin private DeviceOptions devices;
  @Mixin private AccessOptions access;

  @Mixin private AgreementOptions checked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "R.onnx",
      description =
          "The model to write; rounds and their ledger are kept in the folder R.rounds beside it.")
  private Path out;

  @Override
  public Integer call() {
    checked.requireShare();
    SearchSettings asked = how.settings(searchBatch, common.randomSeed());
    WholeFile.requireWritable(out);
    Corpus corpus = Corpus.open(folder);
    OnnxModel original = decisions.choose(OnnxModel.read(pair.original()), corpus, common);
    OnnxModel compressed = decisions.choose(OnnxModel.read(pair.compressed()), corpus, common);
    corpus.requireModels(original.sha256(), compressed.sha256());
    SearchSettings searching =
        corpus.header().shape() instanceof TensorShape tensors
            ? asked.withTensorsOf(corpus.header().settings(), tensors)
            : asked;
    Preprocessing preprocessing = options.ofPair(original, compressed);
    RepairSettings settings =
        recipe.settings(original, compressed, rounds.usualRecipe(), common.randomSeed());
    int count = rounds.rounds(settings.recipe());
    rounds.requireSound(count);
    requireRounds(count);
    RuntimeProvider provider = common.providerBesideGradients();
    Device device = common.device();
    FleetDatabase database = databases.open();
    List<JudgeSource> judges = devices(database, preprocessing);
    TorchEngine.seed(common.randomSeed());
    Dataset training = data.open(preprocessing.geometry());
    Function<OnnxModel, CorpusRepair> repair =
        model ->
            new CorpusRepair(
                original,
                model,
                preprocessing,
                provider,
                device,
                settings,
                database,
                common.progress());
    CorpusRepair given = repair.apply(compressed);
    ModelContract.of(original).requireClasses(training, preprocessing);
    if (count == 0) {
      RepairData parts = new RepairData(corpus, Optional.empty(), training, Optional.empty());
      List<Overlap> overlaps = overlaps(parts);
      return answer(given.once(parts), overlaps);
    }
    Optional<Corpus> heldout = rounds.heldout().map(Corpus::open);
    TrainingSplit split = rounds.split(data, training, preprocessing.geometry());
    RepairData parts =
        new RepairData(corpus, heldout, split.training(), Optional.of(split.clean()));
    List<Overlap> overlaps = overlaps(parts);
    FreshSearch search =
        new FreshSearch(original, preprocessing, device, provider, searching, split.training());
    Optional<NewSearch> newSearch = rounds.newSearch(search, split.clean());
    String digest = data.digest() + rounds.cleanDigest();
    Path roundsFolder = RepairRounds.folderBeside(out);
    RepairGraph graph = RepairGraph.given(compressed, parts);
    if (rounds.precisionBudget().isPresent()) {
      PrecisionStudy study =
          new PrecisionStudy(
              original, compressed, preprocessing, provider, List.of(), common.progress());
      double budget = rounds.precisionBudget().getAsDouble();
      graph =
          RepairGraph.chosen(
              study,
              search,
              parts,
              new RepairGraph.Asked(
                  budget,
                  newSearch.orElseThrow(() -> tooFewClean("--precision-budget", split.clean())),
                  digest,
                  common.randomSeed(),
                  roundsFolder.resolve("precision")));
    }
    if (rounds.pruneBudget().isPresent()) {
      RepairZeros zeros =
          new RepairZeros(
              original,
              compressed,
              preprocessing,
              provider,
              common.accelerator(),
              RecipeOptions.distilling(settings),
              rounds.settings(count).maxAccuracyDrop(),
              common.progress());
      graph =
          zeros.choose(
              search,
              parts,
              new RepairGraph.Asked(
                  rounds.pruneBudget().getAsDouble(),
                  newSearch.orElseThrow(() -> tooFewClean("--prune-budget", split.clean())),
                  digest,
                  common.randomSeed(),
                  roundsFolder.resolve("zeros")));
    }
    return answer(
        repair
            .apply(graph.model())
            .inRounds(
                graph.data(),
                annotations.path(),
                new CorpusRepair.Rounds(
                    rounds.settings(count),
                    search,
                    newSearch,
                    judges,
                    digest + annotations.digest(),
                    roundsFolder,
                    graph)),
        overlaps);
  }

  private void requireRounds(int count) {
    if (count == 0 && annotations.path().isPresent()) {
      throw new BadInputException(
          "--annotations is given and --rounds is 0, expected rounds, which the score of clean"
              + " pictures guards");
    }
  }

  private static BadInputException tooFewClean(String option, Dataset clean) {
    return new BadInputException(
        "there are "
            + clean.size()
            + " clean pictures for the new search of "
            + option
            + ", expected at least 2");
  }

  private List<Overlap> overlaps(RepairData parts) {
    List<Overlap> overlaps = parts.overlaps(common.progress());
    List<Overlap> spoiling = RepairData.spoiling(overlaps, rounds.namesCleanPictures());
    if (!spoiling.isEmpty() && !allowOverlap) {
      throw Overlap.refusal(spoiling, "--allow-overlap");
    }
    return overlaps;
  }

  private List<JudgeSource> devices(FleetDatabase database, Preprocessing preprocessing) {
    return devices.isEmpty()
        ? List.of()
        : DeviceSource.reachable(
            devices.addresses(database), devices.reconnecting(access.access()), preprocessing);
  }

  private int answer(CorpusRepair.Repaired repaired, List<Overlap> overlaps) {
    WrittenAnswer written = checked.write(repaired.model(), out, repaired.agreement(), common);
    RepairAnswer answer = new RepairAnswer(repaired, written, overlaps);
    common.answer(answer.asMap(), answer.lines());
    repaired.unmet().ifPresent(sentence -> common.say("plumbline: " + sentence));
    repaired.lost().values().forEach(e -> common.say("plumbline: " + e.getMessage()));
    if (!repaired.lost().isEmpty()) {
      return Main.DEVICE_LOST;
    }
    return repaired.unmet().isPresent() ? Main.CHECK_FAILED : written.exitCode();
  }
}
