package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.campaign.CloseValid;
import dev.plumbline.host.campaign.JudgedSearch;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchAlgorithm;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "search",
    description = "Finds pictures on which the compressed model deviates.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SearchCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private PairOptions pair;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;
  @Mixin private DatabaseOptions databases;

  @Option(
      names = "--algorithm",
      defaultValue = SearchAlgorithms.USUAL,
      paramLabel = "NAME",
      description =
          "boundary, compd, compd-coverage or noise, a baseline (default: ${DEFAULT-VALUE}).")
  private String algorithm;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Mutations of each seed (default: 30 for boundary and noise, else 10).")
  private Integer steps;

  @Option(
      names = "--epsilon",
      defaultValue = "8",
      paramLabel = "N|N/255",
      description =
          "How far boundary and noise may change a pixel, in 1/255 or as a fraction (default:"
              + " ${DEFAULT-VALUE}); the published algorithms have no such bound.")
  private Epsilon epsilon;

  @Option(
      names = "--min-confidence",
      defaultValue = "0",
      paramLabel = "C",
      description =
          "Asks boundary for deviations on which the original stays at least that sure of its"
              + " label, 0 to below 1 (default: ${DEFAULT-VALUE}).")
  private double minConfidence;

  @Option(
      names = "--clip",
      paramLabel = "R,G,B",
      description =
          "Most that a step of compd changes a normalised input, per channel (default: the variance"
              + " of the pixels of --data; published is that of the training data). Of a model that"
              + " takes 0 to 255, most that it changes a pixel on the 0..1 scale.")
  private String clip;

  @Option(
      names = "--keep-close",
      paramLabel = "MARGIN",
      description =
          "Keep valid pictures too, for devices to judge, where the compressed model's logit of the"
              + " label is less than this above the next one (default: "
              + CloseValid.USUAL_MARGIN
              + ").")
  private double keepClose = CloseValid.USUAL_MARGIN;

  @Option(
      names = "--close-per-seed",
      paramLabel = "N",
      description =
          "The most of them that are kept of a seed, the closest; 0 for none (default: "
              + CloseValid.USUAL_PER_SEED
              + ").")
  private int closePerSeed = CloseValid.USUAL_PER_SEED;

  @Mixin private ConfirmInWalkOption confirm;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "CORPUS",
      description = "The corpus to write.")
  private Path out;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Seeds that walk together (default: as many as memory has room for, on the CPU 64 at"
              + " most).")
  private Integer batch;

  @Override
  public Integer call() {
    SearchAlgorithm chosen = SearchAlgorithms.byName(algorithm);
    if (!(minConfidence >= 0 && minConfidence < 1)) {
      throw new BadInputException(
          "--min-confidence is " + minConfidence + ", expected at least 0 and below 1");
    }
    if (minConfidence > 0 && !chosen.keepsConfidence()) {
      throw new BadInputException(
          "--min-confidence is given with the algorithm "
              + algorithm
              + ", which has no such bound; expected "
              + SearchAlgorithms.USUAL);
    }
    CloseValid close = new CloseValid(keepClose, closePerSeed);
    // A file of any name that nothing has: what is there may be a corpus, or an unfinished search.
    WholeFile.requireWritable(out.resolveSibling(out.getFileName() + ".writable"));
    FleetDatabase database = databases.open();
    OnnxModel first = OnnxModel.read(pair.original());
    OnnxModel second = OnnxModel.read(pair.compressed());
    Preprocessing preprocessing = options.ofPair(first, second);
    RuntimeProvider provider = common.providerBesideGradients();
    Device device = common.device();
    Dataset seeds = data.open(preprocessing.geometry());
    OnnxModel original = decisions.choose(first, seeds.classNames(), common);
    OnnxModel compressed = decisions.choose(second, seeds.classNames(), common);
    SearchSettings settings =
        new SearchSettings(
                steps == null ? chosen.usualSteps() : steps,
                SearchSettings.PUBLISHED_RATE,
                clip(seeds),
                SearchSettings.PUBLISHED_COVERAGE_WEIGHT,
                epsilon.ofRange(),
                common.randomSeed())
            .withMinConfidence(minConfidence);
    if (batch != null) {
      settings = settings.withBatch(batch);
    }
    JudgedSearch search =
        new JudgedSearch(
            original,
            compressed,
            preprocessing,
            device,
            provider,
            confirm.confirmer(provider),
            database,
            common.progress());
    JudgedSearch.Found found = search.search(seeds, data.text(), chosen, settings, close, out);
    SearchAnswer answer = new SearchAnswer(found);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(found.failures(), common);
  }

  private List<Float> clip(Dataset seeds) {
    if (clip == null) {
      List<Float> variance = TrainingOptions.floats(ChannelStatistics.of(seeds).variance());
      if (variance.contains(0f)) {
        throw new BadInputException(
            "all pixels of --data have the same value in a channel, so that no bound of a step"
                + " follows from them: expected --clip");
      }
      return variance;
    }
    try {
      return PreprocessingEntries.numbers(clip);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--clip '" + clip + "' cannot be read: expected numbers such as 0.06,0.06,0.07", e);
    }
  }
}
