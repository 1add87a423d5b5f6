package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.campaign.GuardAttack;
import dev.plumbline.host.campaign.GuardExport;
import dev.plumbline.host.campaign.GuardStudy;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardTarget;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "guard",
    description =
        "Finds the margin below which the compressed model's decision is to be deferred, and writes"
            + " a model that says so.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GuardCommand implements Callable<Integer> {
  private static final String MAX_LEFT = "--max-left";
  private static final String MAX_DEFERRED = "--max-deferred";
  private static final String ATTACK = "--attack";
  private static final String ATTACK_SEEDS = "--attack-seeds";

  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private PairOptions pair;

  @Option(
      names = "--corpus",
      required = true,
      arity = "1..*",
      paramLabel = "CORPUS",
      description = "Corpora of this pair.")
  private List<Path> folders;

  @Mixin private DataOptions data;

  @Option(
      names = MAX_LEFT,
      paramLabel = "SHARE",
      description =
          "Defer as little as leaves at most this share of the corpora's deviations, such as 1%%.")
  private String maxLeft;

  @Option(
      names = MAX_DEFERRED,
      paramLabel = "SHARE",
      description =
          "Leave as few deviations as deferring at most this share of clean pictures allows, such"
              + " as 5%%.")
  private String maxDeferred;

  @Option(
      names = "--export",
      paramLabel = "G.onnx",
      description =
          "The guarded model to write: the compressed one with an output 'certain', false where its"
              + " decision is to be deferred.")
  private Path export;

  @Option(
      names = ATTACK,
      paramLabel = "CORPUS",
      description =
          "Search for deviations that get past the guard, and write them to this corpus; the seeds"
              + " are pictures of --data that the guard was not calibrated on.")
  private Path attack;

  @Option(
      names = ATTACK_SEEDS,
      defaultValue = "100",
      paramLabel = "N",
      description = "Seeds of that search, at most (default: ${DEFAULT-VALUE}).")
  private int attackSeeds;

  @Mixin private SearchOptions how;

  @Override
  public Integer call() {
    GuardTarget target = target();
    if (attackSeeds < 1) {
      throw new BadInputException(ATTACK_SEEDS + " is " + attackSeeds + ", expected at least 1");
    }
    if (attack != null) {
      WholeFile.requireWritable(attack.resolveSibling(attack.getFileName() + ".writable"));
    }
    if (export != null) {
      WholeFile.requireWritable(export);
    }
    List<Corpus> corpora = folders.stream().map(Corpus::open).toList();
    Corpus first = corpora.get(0);
    OnnxModel original = decisions.choose(OnnxModel.read(pair.original()), first, common);
    OnnxModel compressed = decisions.choose(OnnxModel.read(pair.compressed()), first, common);
    String usual = SearchAlgorithms.pastGuard(ModelContract.of(original).takesWholeNumbers());
    SearchSettings settings = how.settings(usual, null, common.randomSeed());
    Preprocessing preprocessing = first.header().preprocessing();
    RuntimeProvider provider = common.providerBesideGradients();
    Dataset clean = data.open(preprocessing.geometry());
    Guard calibrated =
        new GuardStudy(original, compressed, preprocessing, provider, common.progress())
            .calibrate(corpora, clean, target, common.randomSeed());
    Guard guard =
        attack == null
            ? calibrated
            : attacked(calibrated, original, compressed, provider, corpora, clean, settings);
    Optional<GuardAnswer.Written> written =
        Optional.ofNullable(export)
            .map(
                file ->
                    new GuardAnswer.Written(
                        new GuardExport(preprocessing, provider, common.progress())
                            .write(compressed, guard, clean, file),
                        file));
    GuardAnswer answer = new GuardAnswer(guard, written);
    common.answer(answer.asMap(), answer.lines());
    return 0;
  }

  private Guard attacked(
      Guard guard,
      OnnxModel original,
      OnnxModel compressed,
      RuntimeProvider provider,
      List<Corpus> corpora,
      Dataset clean,
      SearchSettings settings) {
    GuardAttack search =
        new GuardAttack(
            original,
            compressed,
            corpora.get(0).header().preprocessing(),
            common.device(),
            provider,
            common.progress());
    Dataset seeds = search.seeds(guard, corpora, clean, attackSeeds);
    SearchSettings bounded =
        SearchCommand.bounded(settings, seeds, () -> seeds, ModelContract.of(original));
    return guard.attacked(search.attack(guard, seeds, data.text(), bounded, attack));
  }

  private GuardTarget target() {
    if ((maxLeft == null) == (maxDeferred == null)) {
      throw new BadInputException(
          (maxLeft == null
                  ? "neither " + MAX_LEFT + " nor " + MAX_DEFERRED + " is given"
                  : MAX_LEFT + " and " + MAX_DEFERRED + " are given")
              + ", expected one of them");
    }
    return maxLeft != null
        ? new GuardTarget.MaxLeft(ShareOption.parse(MAX_LEFT, maxLeft))
        : new GuardTarget.MaxDeferred(ShareOption.parse(MAX_DEFERRED, maxDeferred));
  }
}
