package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.campaign.JudgedSearch;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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

  @Mixin private SearchOptions how;

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
    SearchSettings settings = how.settings(batch, common.randomSeed());
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
    JudgedSearch search =
        new JudgedSearch(
            original, compressed, preprocessing, device, provider, database, common.progress());
    SearchSettings bounded =
        bounded(
            settings,
            seeds,
            () -> data.whole(seeds, preprocessing.geometry()),
            ModelContract.of(original));
    JudgedSearch.Found found = search.search(seeds, data.text(), bounded, out);
    SearchAnswer answer = new SearchAnswer(found);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(found.failures(), common);
  }

  /**
   * With the bounds of a step that follow from data where no option gives them.
   *
   * @param whole all that the seeds are a part of; read only if a bound follows from it
   */
  static SearchSettings bounded(
      SearchSettings settings, Dataset seeds, Supplier<Dataset> whole, ModelContract model) {
    if (seeds.inputShape() instanceof TensorShape) {
      return settings.withTensors(whole.get(), model);
    }
    settings.reach().requireOfPictures(seeds);
    return settings.clip().isEmpty() && settings.algorithm().clipsSteps()
        ? clipped(settings, whole.get())
        : settings;
  }

  private static SearchSettings clipped(SearchSettings settings, Dataset data) {
    List<Float> variance = SearchSettings.variance(data);
    if (variance.contains(0f)) {
      throw new BadInputException(
          "all pixels of --data have the same value in a channel, so that no bound of a step"
              + " follows from them: expected --clip");
    }
    return settings.withClip(variance);
  }
}
