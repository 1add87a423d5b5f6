package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.ByConfidence;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.JudgeTally;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.searchjob.SearchExecutor;
import dev.plumbline.host.searchjob.SearchJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A search of one pair beside any job: the host first measures how often the models disagree on the
 * seeds, and judges what the search has found. The database keeps what the host says.
 */
public final class JudgedSearch {
  private static final String VERB = "search";

  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final FleetDatabase database;
  private final Progress progress;

  /**
   * @param preprocessing of both models
   * @param provider runs both models on the host
   */
  public JudgedSearch(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      FleetDatabase database,
      Progress progress) {
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.database = database;
    this.progress = progress;
  }

  /**
   * What a search found.
   *
   * @param natural deviations on the seeds as they are
   * @param corpus with the verdicts of the proxy and of the host
   * @param byConfidence effective pictures by the original's confidence
   * @param severities of the deviations that each judge sees, the host or the proxy
   * @param seconds that the search itself took
   * @param run number under which the database keeps the host's verdicts
   * @param tallies what the host says of the corpus; empty if it could not be asked
   * @param failures of the host, by judge
   */
  public record Found(
      NaturalDeviations natural,
      Corpus corpus,
      ByConfidence byConfidence,
      Map<String, Severities> severities,
      double seconds,
      long run,
      List<JudgeTally> tallies,
      Map<String, Judged.Failure> failures) {
    public CorpusCounts counts() {
      return corpus.header().counts();
    }
  }

  /**
   * Searches, or goes on with a search that was cut off.
   *
   * @param seeds of the job
   * @param executor runs it
   * @param out folder of the corpus
   * @throws dev.plumbline.host.BadInputException if models, seeds and settings do not go together
   */
  public Found search(Dataset seeds, SearchJob job, SearchExecutor executor, Path out) {
    NaturalDeviations natural =
        NaturalDeviations.measure(original, compressed, seeds, preprocessing, provider, progress);
    long began = System.nanoTime();
    Corpus found = executor.run(job, out, progress);
    double seconds = (System.nanoTime() - began) / 1e9;
    FleetRun run =
        FleetRun.begin(
            database,
            VERB,
            new RepeatedJudging(compressed, Optional.empty(), 0, progress),
            compressed.sha256());
    FleetRun.Answers answers =
        run.confirm(found, List.of(), List.of(JudgeSource.host(preprocessing, provider)));
    run.end(answers.failures().isEmpty());
    Corpus judged = answers.corpus();
    return new Found(
        natural,
        judged,
        ByConfidence.of(judged.header().task(), judged.inputs()),
        Severities.byJudge(judged),
        seconds,
        run.number(),
        answers.tallies(),
        answers.failures());
  }
}
