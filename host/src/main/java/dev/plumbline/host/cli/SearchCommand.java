package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.campaign.JudgedSearch;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.searchjob.InProcess;
import dev.plumbline.host.searchjob.Processes;
import dev.plumbline.host.searchjob.SearchJob;
import dev.plumbline.host.searchjob.Shard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
  @Mixin private JobOptions jobs;

  @Option(names = "--out", paramLabel = "CORPUS", description = "The corpus to write.")
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
    jobs.require(out);
    requireWritable(jobs.plan().orElse(out));
    if (jobs.job().isPresent()) {
      return runJob(SearchJob.read(jobs.job().get()));
    }
    Optional<FleetDatabase> database =
        jobs.plan().isPresent() ? Optional.empty() : Optional.of(databases.open());
    Pair models = read();
    Dataset seeds = data.open(models.preprocessing().geometry());
    Pair chosen = models.chosen(seeds);
    InProcess here = chosen.searching(range -> seeds);
    SearchSettings bounded =
        bounded(
            asUnfinished(settings),
            seeds,
            () -> data.whole(seeds, models.preprocessing().geometry()),
            ModelContract.of(chosen.original()));
    SearchJob job = here.plan(seeds, data.text(), bounded, common.progress());
    if (jobs.plan().isPresent()) {
      job.write(jobs.plan().get());
      PlanAnswer answer = new PlanAnswer(job, jobs.plan().get());
      common.answer(answer.asMap(), answer.lines());
      return 0;
    }
    JudgedSearch.Found found =
        chosen
            .judged(database.orElseThrow())
            .search(seeds, job, jobs.inProcesses() ? processes() : here, out);
    SearchAnswer answer = new SearchAnswer(found);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(found.failures(), common);
  }

  /**
   * A file of any name that nothing has: what is there may be a corpus, or an unfinished search.
   */
  private static void requireWritable(Path target) {
    WholeFile.requireWritable(target.resolveSibling(target.getFileName() + ".writable"));
  }

  private int runJob(SearchJob job) {
    Corpus corpus;
    if (jobs.inProcesses()) {
      corpus = processes().run(job, out, common.progress());
    } else {
      Pair models = read();
      Shard shard = jobs.shard().orElse(Shard.WHOLE);
      Dataset seeds =
          data.with(null, job.range(shard).toString()).open(models.preprocessing().geometry());
      InProcess here = models.chosen(seeds).searching(range -> seeds);
      corpus =
          jobs.shard().isPresent()
              ? here.run(job, shard, out, common.progress())
              : here.run(job, out, common.progress());
    }
    JobAnswer answer = new JobAnswer(corpus);
    common.answer(answer.asMap(), answer.lines());
    return 0;
  }

  private Processes processes() {
    return new Processes(jobs.worker(common.maxMemory()), jobs.workers());
  }

  /** A search that was cut off goes on with the batch that memory had room for then. */
  private SearchSettings asUnfinished(SearchSettings settings) {
    return out != null
            && settings.batch().isEmpty()
            && CorpusWriter.unfinishedSettings(out).get("batch") instanceof Integer before
        ? settings.withBatch(OptionalInt.of(before))
        : settings;
  }

  private Pair read() {
    OnnxModel first = OnnxModel.read(pair.original());
    OnnxModel second = OnnxModel.read(pair.compressed());
    return new Pair(
        first,
        second,
        options.ofPair(first, second),
        common.providerBesideGradients(),
        common.device());
  }

  /** Two models, and what computes them. */
  private final class Pair {
    private final OnnxModel original;
    private final OnnxModel compressed;
    private final Preprocessing preprocessing;
    private final RuntimeProvider provider;
    private final Device device;

    Pair(
        OnnxModel original,
        OnnxModel compressed,
        Preprocessing preprocessing,
        RuntimeProvider provider,
        Device device) {
      this.original = original;
      this.compressed = compressed;
      this.preprocessing = preprocessing;
      this.provider = provider;
      this.device = device;
    }

    OnnxModel original() {
      return original;
    }

    Preprocessing preprocessing() {
      return preprocessing;
    }

    /** With their scores at the right output. */
    Pair chosen(Dataset seeds) {
      return new Pair(
          decisions.choose(original, seeds.classNames(), common),
          decisions.choose(compressed, seeds.classNames(), common),
          preprocessing,
          provider,
          device);
    }

    InProcess searching(Function<Range, Dataset> seeds) {
      return new InProcess(original, compressed, preprocessing, device, provider, seeds);
    }

    JudgedSearch judged(FleetDatabase database) {
      return new JudgedSearch(
          original, compressed, preprocessing, provider, database, common.progress());
    }
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
