package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.corpus.ByConfidence;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.judging.SaturationWarning;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.CorpusSeeds;
import dev.plumbline.host.repair.NewSearchCounts;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.html.PairReport;
import dev.plumbline.host.report.summary.FleetSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.Summary;
import dev.plumbline.host.score.ModelScores.Scored;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The report of one corpus that was made step by step, by the same code as that of a whole job.
 * What is not given is not in it.
 *
 * @param corpus with the verdicts that it has
 * @param original of the corpus; with {@code compressed} and {@code data} for figures on clean
 *     pictures
 * @param compressed of the corpus
 * @param repaired the host runs it on the corpus
 * @param newSearch what a new search found before and after the repair
 * @param guarded what a guard made of the compressed model: its curve is shown
 * @param data clean, labelled pictures
 * @param leftOut what was left out of them
 */
public record CorpusReport(
    Corpus corpus,
    Optional<OnnxModel> original,
    Optional<OnnxModel> compressed,
    Optional<OnnxModel> repaired,
    Optional<NewSearchCounts.BeforeAfter> newSearch,
    Optional<OnnxModel> guarded,
    Optional<Dataset> data,
    LeftOut leftOut,
    RuntimeProvider provider) {
  private static final String PAIR = "corpus";

  /** Pictures that are both seeds of the corpus and clean pictures; none without clean pictures. */
  public List<Overlap> overlaps(Progress progress) {
    return data.isEmpty() || corpus.inputs().isEmpty()
        ? List.of()
        : Overlap.between(
            new TreeMap<>(Map.of("clean pictures", data.get(), "seeds", CorpusSeeds.of(corpus))),
            progress);
  }

  /**
   * Makes it and writes its page.
   *
   * @param file of the page
   * @param title of the page
   * @param overlaps what {@link #overlaps} found
   * @throws dev.plumbline.host.BadInputException if a model is not that of the corpus, or does not
   *     take the pictures
   */
  public void write(
      Path file, String title, String toolVersion, List<Overlap> overlaps, Progress progress) {
    corpus.requireModels(
        original.map(OnnxModel::sha256).orElse(null),
        compressed.map(OnnxModel::sha256).orElse(null));
    Map<String, Verdict> after = repaired.map(model -> byHost(model, progress)).orElseGet(Map::of);
    Map<String, Integer> left =
        repaired.isEmpty()
            ? Map.of()
            : Map.of(HostJudge.ID, (int) after.values().stream().filter(Verdict::deviates).count());
    CorpusReporting reporting = new CorpusReporting(corpus, after, left, Map.of());
    PairReport report =
        new PairReport(
            PAIR,
            title,
            models(),
            reporting.gallery(),
            reporting.distances(),
            reporting.severities(),
            reporting.severityUnit(),
            reporting.settings(),
            guarded.map(this::guard));
    Summary summary =
        new Summary(
            toolVersion, Instant.now(), Map.of(PAIR, summary(reporting, overlaps, progress)));
    HtmlReport.alone(summary, title, List.of(report)).write(file);
  }

  private Guard guard(OnnxModel model) {
    Guard guard =
        Guard.of(model)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "model "
                            + model.name()
                            + " has no guard, expected what 'guard --export' wrote"));
    corpus.requireModels(guard.originalSha256(), guard.modelSha256());
    return guard;
  }

  private String models() {
    String names =
        original.map(OnnxModel::fileName).orElse("the original")
            + " against "
            + compressed.map(OnnxModel::fileName).orElse("the compressed model");
    return repaired.map(model -> names + ", repaired as " + model.fileName()).orElse(names);
  }

  private Map<String, Verdict> byHost(OnnxModel model, Progress progress) {
    Preprocessing preprocessing = corpus.header().preprocessing();
    ModelContract.of(model).requireInputs(corpus.header().shape(), preprocessing);
    Judged judged =
        new RepeatedJudging(model, Optional.empty(), 0, progress)
            .judge(JudgeSource.host(preprocessing, provider), Question.of(corpus));
    return judged.verdicts();
  }

  private PairSummary summary(
      CorpusReporting reporting, List<Overlap> overlaps, Progress progress) {
    CorpusCounts counts = corpus.header().counts();
    Optional<Clean> clean = clean(progress);
    return new PairSummary(
        counts.seeds(),
        counts.mutated(),
        counts.effective(),
        counts.valid(),
        counts.invalid(),
        counts.seedsWithDeviation(),
        PairReporting.optional(counts.meanRms()),
        PairReporting.optional(counts.meanLinf()),
        ByConfidence.of(corpus.header().task(), corpus.inputs()).counts(),
        reporting.judges(),
        clean.flatMap(c -> c.figures().accuracy()),
        clean.flatMap(c -> c.figures().otherScore()),
        clean.map(c -> c.figures().agreement()),
        newSearch.map(RoundReporting::newSearch),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.of(fleet()),
        clean.map(Clean::natural),
        Map.of(),
        data.map(pictures -> overlaps),
        leftOut.isNothing() ? Map.of() : Map.of("clean pictures", leftOut));
  }

  private FleetSummary fleet() {
    return new FleetSummary(
        Provenance.Counts.of(corpus),
        Map.of(),
        List.of(),
        Disagreement.matrix(corpus),
        List.of(),
        corpus.header().judges().stream()
            .filter(judge -> judge.kind() != JudgeKind.PROXY && compressed.isPresent())
            .flatMap(judge -> SaturationWarning.of(judge, compressed.orElseThrow()).stream())
            .toList());
  }

  /** Figures on clean pictures. */
  private record Clean(CleanFigures figures, NaturalDeviations natural) {}

  /** Without a score where the pictures have no labels that the task is scored by. */
  private Optional<Clean> clean(Progress progress) {
    if (data.isEmpty() || original.isEmpty() || compressed.isEmpty()) {
      return Optional.empty();
    }
    Evaluation evaluation = new Evaluation(data.get(), corpus.header().preprocessing(), provider);
    Task task = Tasks.ofPair(original.get(), compressed.get());
    Optional<List<Decision>> truth = Annotations.find(Optional.empty(), task, data.get());
    Scored o = evaluation.scored(original.get(), truth, "original", progress);
    Scored c = evaluation.scored(compressed.get(), truth, "compressed", progress);
    Optional<Scored> r =
        repaired.map(model -> evaluation.scored(model, truth, "repaired", progress));
    return Optional.of(
        new Clean(
            CleanFigures.of(task, o, c, r),
            NaturalDeviations.of(task, o.decisions(), c.decisions())));
  }
}
