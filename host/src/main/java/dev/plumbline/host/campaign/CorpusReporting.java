package dev.plumbline.host.campaign;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.report.html.DecisionDrawing;
import dev.plumbline.host.report.html.Distance;
import dev.plumbline.host.report.html.GalleryItem;
import dev.plumbline.host.report.html.JudgeVerdict;
import dev.plumbline.host.report.html.Prediction;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.SeveritySummary;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What a corpus has to show: who says what of it, and its deviations as pictures.
 *
 * @param corpus as it is on disk
 * @param repaired what the host says of the repaired model, by the id of the picture; empty where
 *     there is none
 * @param leftByJudge deviations that judges see on the corpus after the repair, by judge
 * @param heldoutByJudge deviations that judges see on a held-out corpus; empty without one
 */
record CorpusReporting(
    Corpus corpus,
    Map<String, Verdict> repaired,
    Map<String, Integer> leftByJudge,
    Map<String, BeforeAfter> heldoutByJudge) {
  /** Deviations that are shown as pictures. */
  private static final int GALLERY = 24;

  /** The setting that says where the seeds come from. */
  private static final String DATA = "data";

  List<JudgeSummary> judges() {
    return corpus.header().judges().stream().map(this::judge).toList();
  }

  private JudgeSummary judge(JudgeInfo judge) {
    Set<Integer> seeds = new HashSet<>();
    int judged = 0;
    int deviates = 0;
    for (CorpusInput input : corpus.inputs()) {
      Verdict verdict = input.verdicts().get(judge.id());
      if (verdict != null && verdict.isDecided()) {
        judged++;
        if (verdict.deviates()) {
          deviates++;
          seeds.add(input.seed());
        }
      }
    }
    Integer left = leftByJudge.get(judge.id());
    return new JudgeSummary(
        judge.id(),
        judge.kind(),
        judge.arch(),
        judge.runtime(),
        judge.provider(),
        judged,
        deviates,
        judged - deviates,
        left == null ? OptionalLong.empty() : OptionalLong.of(left),
        judge.processor(),
        judge.int8Features(),
        judge.threads(),
        judge.batch(),
        judge.modelSha256(),
        OptionalLong.of(seeds.size()),
        Optional.ofNullable(severities().get(judge.id())).map(SeveritySummary::of),
        Optional.ofNullable(heldoutByJudge.get(judge.id())));
  }

  /** How severe deviations are, to each judge that sees some of which it is known. */
  Map<String, Severities> severities() {
    return Severities.byJudge(corpus);
  }

  String severityUnit() {
    return corpus.header().task().severityUnit();
  }

  /** Deviations that a judge sees before the repair, and the host after it, on some seeds. */
  BeforeAfter of(String judge, IntPredicate seeds) {
    long before = 0;
    long after = 0;
    for (CorpusInput input : corpus.inputs()) {
      if (seeds.test(input.seed())) {
        before += deviates(input.verdicts().get(judge)) ? 1 : 0;
        after += deviates(repaired.get(input.id())) ? 1 : 0;
      }
    }
    return new BeforeAfter(before, after);
  }

  private static boolean deviates(Verdict verdict) {
    return verdict != null && verdict.deviates();
  }

  List<Distance> distances() {
    return effective().stream().map(i -> new Distance(i.rms(), i.linf())).toList();
  }

  private List<CorpusInput> effective() {
    return corpus.inputs().stream()
        .filter(input -> input.pictureClass() == PictureClass.EFFECTIVE)
        .toList();
  }

  /** What the search was told; of the data the last part of its path, as a report is passed on. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    corpus
        .header()
        .settings()
        .forEach(
            (name, value) -> {
              String text = String.valueOf(value);
              boolean path = name.equals(DATA) && text.startsWith("/");
              settings.put(name, path ? text.substring(text.lastIndexOf('/') + 1) : text);
            });
    return settings;
  }

  /** One deviation of each seed, the most severe first. */
  List<GalleryItem> gallery() {
    List<GalleryItem> items = new ArrayList<>();
    Set<Integer> shown = new HashSet<>();
    effective().stream()
        .sorted(
            Comparator.comparingDouble(this::severity)
                .thenComparingDouble(CorpusReporting::confidence)
                .reversed())
        .filter(input -> shown.add(input.seed()))
        .limit(GALLERY)
        .forEach(input -> items.add(item(input)));
    return items;
  }

  /** To the host where it sees the deviation, else to the search; corpora of before know none. */
  private double severity(CorpusInput input) {
    return known(input).orElse(Double.NEGATIVE_INFINITY);
  }

  private OptionalDouble known(CorpusInput input) {
    Task task = corpus.header().task();
    OptionalDouble byHost = input.severity(task, HostJudge.ID);
    return byHost.isPresent() ? byHost : input.severity(task);
  }

  private Optional<String> severityInWords(CorpusInput input) {
    OptionalDouble severity = known(input);
    return severity.isEmpty()
        ? Optional.empty()
        : Optional.of(Figures.severity(severity.getAsDouble()) + " " + severityUnit());
  }

  /** How sure both models are of their decisions, at least. */
  private static double confidence(CorpusInput input) {
    return Math.min(input.originalDecision().confidence(), input.compressedDecision().confidence());
  }

  private GalleryItem item(CorpusInput input) {
    return new GalleryItem(
        input.id(),
        corpus.seed(input.seed()),
        corpus.input(input),
        text(input.seedDecision()),
        prediction(input, input.originalDecision(), input.seedDecision()),
        prediction(input, input.compressedDecision(), input.originalDecision()),
        Optional.ofNullable(repaired.get(input.id()))
            .filter(Verdict::isDecided)
            .flatMap(Verdict::decision)
            .map(decision -> prediction(input, decision, input.originalDecision())),
        input.verdicts().entrySet().stream()
            .filter(e -> e.getValue().isDecided())
            .map(
                e ->
                    new JudgeVerdict(
                        e.getKey(),
                        text(e.getValue().decision().orElseThrow()),
                        e.getValue().deviates()))
            .toList(),
        new Distance(input.rms(), input.linf()),
        severityInWords(input),
        input.step());
  }

  private Prediction prediction(CorpusInput input, Decision decision, Decision expected) {
    List<String> classNames = corpus.header().classNames();
    return new Prediction(
        text(decision),
        decision.confidence(),
        !corpus.header().task().differ(expected, decision),
        DecisionDrawing.draw(decision, corpus.input(input), classNames));
  }

  private String text(Decision decision) {
    return corpus.header().task().text(decision, corpus.header().classNames());
  }
}
