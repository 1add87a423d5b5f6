package dev.plumbline.host.searchjob;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** Plans jobs of a pair of models, and runs them, or a shard of one, in this process. */
public final class InProcess implements SearchExecutor {
  private final CorpusSearch search;
  private final Function<Range, Dataset> data;

  /**
   * @param preprocessing of both models
   * @param device computes gradients
   * @param host runs the compressed model as it is deployed
   * @param data reads a range of the data, by global numbers
   * @throws BadInputException if the two models' inputs or numbers of classes differ
   */
  public InProcess(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Device device,
      RuntimeProvider host,
      Function<Range, Dataset> data) {
    this.search = new CorpusSearch(original, compressed, preprocessing, device, host);
    this.data = data;
  }

  /**
   * Resolves what is left open, and looks at every seed.
   *
   * @param name how messages and the corpus call the seeds' source
   * @param settings with bounds
   * @param progress is told how many seeds walk together, where memory has room for fewer than
   *     usual
   */
  public SearchJob plan(Dataset seeds, String name, SearchSettings settings, Progress progress) {
    int batch = settings.batch().orElseGet(() -> search.batch(seeds, settings, progress));
    return new SearchJob(
        search.origin(seeds, name, settings.withBatch(OptionalInt.of(batch))),
        SeedGroup.of(seeds, batch));
  }

  @Override
  public Corpus run(SearchJob job, Path out, Progress progress) {
    return run(job, Shard.WHOLE, job.origin(), out, progress);
  }

  /** As {@link #run(SearchJob, Path, Progress)}, of a shard, for {@link ShardMerge}. */
  public Corpus run(SearchJob job, Shard shard, Path out, Progress progress) {
    return run(job, shard, job.origin(shard), out, progress);
  }

  private Corpus run(SearchJob job, Shard shard, CorpusOrigin origin, Path out, Progress progress) {
    Dataset seeds = data.apply(job.range(shard));
    SearchSettings settings = job.settings();
    requireSearch(job, shard, seeds, settings);
    requireSeeds(
        shard, shard.part(job.groups()), SeedGroup.of(seeds, settings.batch().orElseThrow()));
    return search.search(seeds, settings, origin, out, progress);
  }

  private void requireSearch(SearchJob job, Shard shard, Dataset seeds, SearchSettings settings) {
    String name = String.valueOf(job.search().settings().get("data"));
    CorpusOrigin here = search.origin(seeds, name, settings);
    List<String> differences = job.search().differences(here);
    if (!differences.isEmpty()) {
      throw new BadInputException(
          "shard "
              + shard
              + " is of a job with "
              + String.join(", ", differences)
              + ": expected the models, options and data that the job was planned with");
    }
  }

  private static void requireSeeds(Shard shard, List<SeedGroup> planned, List<SeedGroup> found) {
    for (int i = 0; i < planned.size(); i++) {
      SeedGroup group = planned.get(i);
      if (i >= found.size() || !found.get(i).equals(group)) {
        throw new BadInputException(
            "shard "
                + shard
                + " has other inputs in the data from number "
                + group.from()
                + " to below "
                + group.to()
                + " than when the job was planned, expected the same data");
      }
    }
  }
}
