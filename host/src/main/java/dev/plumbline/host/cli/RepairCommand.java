package dev.plumbline.host.cli;

import ai.djl.Device;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.campaign.FreshSearch;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.CorpusSeeds;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairRounds;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.TrainingSplit;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.train.TrainingMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
  private static final String HELD_OUT = "held-out seeds";
  private static final String CLEAN = "clean pictures";

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private PairOptions pair;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;
  @Mixin private DatabaseOptions databases;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--recipe",
      defaultValue = "logits",
      paramLabel = "NAME",
      description =
          "logits: the original's logits; distill: its soft labels; compd: its labels, as published"
              + " (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Passes over the data, in each round (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Mixin private BatchOption batch;

  @Option(
      names = "--corpus-share",
      defaultValue = "0.5",
      paramLabel = "FRACTION",
      description =
          "Share of the corpus' pictures in a batch, not of compd (default: ${DEFAULT-VALUE}).")
  private double corpusShare;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description = "Of the soft labels of distill (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--learned-scales",
      description = "Train the scales of a quantized model too (LSQ).")
  private boolean learnedScales;

  @Mixin private RoundOptions rounds;

  @Option(
      names = "--algorithm",
      defaultValue = SearchAlgorithms.USUAL,
      paramLabel = "NAME",
      description = "The search of each round (default: ${DEFAULT-VALUE}).")
  private String algorithm;

  @Option(
      names = "--search-batch",
      paramLabel = "N",
      description =
          "Seeds that walk together in the search of each round, which --batch does not bound"
              + " (default: as many as memory has room for, on the CPU 64 at most).")
  private Integer searchBatch;

  @Mixin private ConfirmInWalkOption confirm;

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
    WholeFile.requireWritable(out);
    Corpus corpus = Corpus.open(folder);
    OnnxModel original = decisions.choose(OnnxModel.read(pair.original()), corpus, common);
    OnnxModel compressed = decisions.choose(OnnxModel.read(pair.compressed()), corpus, common);
    corpus.requireModels(original.sha256(), compressed.sha256());
    Preprocessing preprocessing = options.ofPair(original, compressed);
    RepairSettings settings = settings(original, compressed);
    int count = rounds.rounds(settings.recipe());
    if (count < 0) {
      throw new BadInputException("--rounds is " + count + ", expected at least 0");
    }
    RuntimeProvider provider = common.providerBesideGradients();
    Device device = common.device();
    FleetDatabase database = databases.open();
    List<JudgeSource> judges = devices(database, preprocessing);
    TorchEngine.seed(common.randomSeed());
    Dataset training = data.open(preprocessing.geometry());
    ModelContract.requirePair(original, compressed);
    DifferentiableGraph.requireTrainable(compressed);
    ModelContract.of(original).requireClasses(training, preprocessing);
    Repair repair = new Repair(original, compressed, preprocessing, provider, device);
    Optional<Corpus> heldout = count == 0 ? Optional.empty() : rounds.heldout().map(Corpus::open);
    Optional<TrainingSplit> rest =
        count == 0
            ? Optional.empty()
            : Optional.of(rounds.split(data, training, preprocessing.geometry()));
    List<Overlap> overlaps = overlaps(corpus, heldout, training, rest);
    if (count == 0) {
      OnnxModel repaired = repair.repair(corpus, training, settings, common.progress());
      return answer(
          database,
          corpus,
          compressed,
          repaired,
          agreement(original, repaired, preprocessing, training, provider),
          preprocessing,
          provider,
          Optional.empty(),
          overlaps);
    }
    TrainingSplit split = rest.orElseThrow();
    RepairRounds.Result result =
        new RepairRounds(
                repair,
                new FreshSearch(
                    original,
                    preprocessing,
                    device,
                    SearchAlgorithms.byName(algorithm),
                    confirm.confirmer(provider),
                    Optional.ofNullable(searchBatch),
                    split.training()),
                judges,
                settings,
                rounds.settings(count),
                data.digest() + rounds.cleanDigest(),
                RepairRounds.folderBeside(out),
                common.progress())
            .run(corpus, heldout, split.training(), rounds.clean(split));
    int code =
        answer(
            database,
            corpus,
            compressed,
            result.model(),
            agreement(original, result.model(), preprocessing, split.training(), provider),
            preprocessing,
            provider,
            Optional.of(result),
            overlaps);
    result.lost().values().forEach(e -> common.say("plumbline: " + e.getMessage()));
    return result.lost().isEmpty() ? code : Main.DEVICE_LOST;
  }

  /**
   * Parts that share pictures. Corpus seeds and training pictures are both learned from, so that
   * sharing is said; what the user names to measure on has to be apart from them.
   */
  private List<Overlap> overlaps(
      Corpus corpus, Optional<Corpus> heldout, Dataset training, Optional<TrainingSplit> split) {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    if (!corpus.inputs().isEmpty()) {
      parts.put("corpus seeds", CorpusSeeds.of(corpus));
    }
    heldout
        .filter(other -> !other.inputs().isEmpty())
        .ifPresent(other -> parts.put(HELD_OUT, CorpusSeeds.of(other)));
    parts.put("training pictures", split.map(TrainingSplit::training).orElse(training));
    split.ifPresent(both -> parts.put(CLEAN, both.clean()));
    List<Overlap> overlaps = Overlap.between(parts, common.progress());
    List<Overlap> refused =
        overlaps.stream()
            .filter(o -> o.isWith(HELD_OUT) || rounds.namesCleanPictures() && o.isWith(CLEAN))
            .toList();
    if (!refused.isEmpty() && !allowOverlap) {
      throw Overlap.refusal(refused, "--allow-overlap");
    }
    return overlaps;
  }

  private RepairSettings settings(OnnxModel original, OnnxModel compressed) {
    RepairSettings settings =
        RepairSettings.of(
                RepairRecipe.parse(recipe),
                compressed,
                epochs,
                TrainingMetadata.rate(original).orElse(CommonOptions.USUAL_RATE),
                common.randomSeed())
            .with(corpusShare, temperature)
            .withBatch(batch.pictures());
    return learnedScales ? settings.withLearnedScales() : settings;
  }

  /** All of them are asked whether they are there: the rounds take long. */
  private List<JudgeSource> devices(FleetDatabase database, Preprocessing preprocessing) {
    if (devices.isEmpty()) {
      return List.of();
    }
    Map<String, DeviceAddress> addresses = devices.addresses(database);
    DeviceAccess way = devices.reconnecting(access.access());
    addresses.values().forEach(address -> DeviceClient.requireReachable(address, way));
    return DeviceOptions.sources(addresses, way, preprocessing);
  }

  private int answer(
      FleetDatabase database,
      Corpus corpus,
      OnnxModel compressed,
      OnnxModel repaired,
      Agreement agreement,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Optional<RepairRounds.Result> result,
      List<Overlap> overlaps) {
    int before = deviations(database, corpus, compressed, preprocessing, provider);
    int after = deviations(database, corpus, repaired, preprocessing, provider);
    AgreementOptions.Written written = checked.write(repaired, out, agreement, common);
    Map<String, Object> answer = new LinkedHashMap<>(written.asMap());
    answer.put("corpus_before", before);
    answer.put("corpus_after", after);
    answer.put("overlaps", overlaps.stream().map(Overlap::toString).toList());
    result.ifPresent(r -> answer.put("ledger", JSON.convertValue(r.ledger(), Map.class)));
    List<String> lines = new ArrayList<>();
    lines.add(
        (written.written() ? "wrote " : "did not write ")
            + out
            + "; deviations in the corpus: "
            + before
            + " before, "
            + after
            + " after");
    overlaps.forEach(overlap -> lines.add("overlap: " + overlap));
    common.answer(answer, lines);
    Optional<String> unmet = result.map(RepairRounds.Result::ledger).flatMap(RepairLedger::unmet);
    unmet.ifPresent(sentence -> common.say("plumbline: " + sentence));
    return unmet.isPresent() ? Main.CHECK_FAILED : written.exitCode();
  }

  /** With the original: what the compressed model was made from, and the repaired one is to be. */
  private Agreement agreement(
      OnnxModel original,
      OnnxModel repaired,
      Preprocessing preprocessing,
      Dataset training,
      RuntimeProvider provider) {
    return Agreement.of(original, repaired, preprocessing, training, provider, common.progress());
  }

  /**
   * On the host. What it says is stored, and is no baseline: a check of the repaired model would
   * otherwise take what the repair newly broke for known.
   */
  private int deviations(
      FleetDatabase database,
      Corpus corpus,
      OnnxModel model,
      Preprocessing preprocessing,
      RuntimeProvider provider) {
    FleetRun run =
        FleetRun.begin(
            database,
            "repair",
            new RepeatedJudging(model, Optional.empty(), 0, common.progress()),
            model.sha256());
    FleetRun.Answers answers =
        run.replay(corpus, List.of(), List.of(JudgeSource.host(preprocessing, provider)));
    run.endWithoutBaseline();
    for (Judged.Failure failure : answers.failures().values()) {
      throw new BadInputException(failure.message());
    }
    return answers.onCorpus().get(0).count(Outcome.DEVIATES);
  }
}
