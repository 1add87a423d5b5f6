package dev.plumbline.host.campaign;

import dev.plumbline.host.corpus.ByConfidence;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.device.HostJudge;
import dev.plumbline.host.report.AccuracySummary;
import dev.plumbline.host.report.AgreementSummary;
import dev.plumbline.host.report.Distance;
import dev.plumbline.host.report.FgsmSummary;
import dev.plumbline.host.report.GalleryItem;
import dev.plumbline.host.report.JudgeSummary;
import dev.plumbline.host.report.JudgeVerdict;
import dev.plumbline.host.report.PairReport;
import dev.plumbline.host.report.PairSummary;
import dev.plumbline.host.report.Prediction;
import dev.plumbline.host.report.RepairSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns what the job found out about a pair into figures and pictures for people. */
final class PairReporting {
  /** Deviations that are shown as pictures. */
  private static final int GALLERY = 24;

  private final String name;
  private final CampaignConfig config;
  private final PairResult result;
  private final Corpus corpus;

  PairReporting(String name, CampaignConfig config, PairResult result) {
    this.name = name;
    this.config = config;
    this.result = result;
    this.corpus = Corpus.open(result.folder().resolve(PairCampaign.CORPUS));
  }

  PairSummary summary() {
    CorpusCounts counts = result.counts();
    CleanFigures clean = result.clean();
    Map<String, FgsmSummary> fgsm = new LinkedHashMap<>();
    for (int epsilon : config.epsilon()) {
      fgsm.put(
          Integer.toString(epsilon),
          new FgsmSummary(
              result.attack().original().get(epsilon),
              result.attack().compressed().get(epsilon),
              OptionalDouble.of(result.attack().repaired().get(epsilon))));
    }
    String host = HostJudge.ID;
    return new PairSummary(
        counts.seeds(),
        counts.mutated(),
        counts.effective(),
        counts.valid(),
        counts.invalid(),
        counts.seedsWithDeviation(),
        optional(counts.meanRms()),
        optional(counts.meanLinf()),
        ByConfidence.of(corpus.inputs()).counts(),
        corpus.header().judges().stream().map(this::judge).toList(),
        Optional.of(
            new AccuracySummary(
                clean.original(), clean.compressed(), OptionalDouble.of(clean.repaired()))),
        Optional.of(
            new AgreementSummary(
                clean.compressedAgrees(), OptionalDouble.of(clean.repairedAgrees()))),
        Optional.of(
            new RepairSummary(
                result.before().corpus().get(host),
                result.after().deviations().corpus().get(host),
                result.before().heldout().get(host),
                result.after().deviations().heldout().get(host),
                host,
                RoundReporting.summaries(result.rounds()))),
        fgsm,
        Optional.of(result.fleet()),
        Optional.of(result.natural()),
        result.seconds());
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private JudgeSummary judge(JudgeInfo judge) {
    List<Verdict> verdicts =
        corpus.inputs().stream()
            .map(input -> input.verdicts().get(judge.id()))
            .filter(verdict -> verdict != null && verdict.isDecided())
            .toList();
    int deviates = (int) verdicts.stream().filter(Verdict::deviates).count();
    Integer repaired = result.after().deviations().corpus().get(judge.id());
    return new JudgeSummary(
        judge.id(),
        judge.kind(),
        judge.arch(),
        judge.runtime(),
        judge.provider(),
        verdicts.size(),
        deviates,
        verdicts.size() - deviates,
        repaired == null ? OptionalLong.empty() : OptionalLong.of(repaired),
        judge.processor(),
        judge.int8Features(),
        judge.threads(),
        judge.batch(),
        judge.modelSha256());
  }

  PairReport report() {
    List<CorpusInput> effective =
        corpus.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).toList();
    return new PairReport(
        name,
        "Original and " + name,
        config.original().getFileName() + " against " + config.pairs().get(name).getFileName(),
        gallery(effective),
        effective.stream().map(i -> new Distance(i.rms(), i.linf())).toList(),
        corpus.header().settings().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> String.valueOf(e.getValue()),
                    (a, b) -> a,
                    LinkedHashMap::new)));
  }

  /** One deviation of each seed, the most severe first. */
  private List<GalleryItem> gallery(List<CorpusInput> effective) {
    List<GalleryItem> items = new ArrayList<>();
    Set<Integer> shown = new HashSet<>();
    effective.stream()
        .sorted(Comparator.comparing(CorpusInput::severity).reversed())
        .filter(input -> shown.add(input.seed()))
        .limit(GALLERY)
        .forEach(input -> items.add(item(input)));
    return items;
  }

  private GalleryItem item(CorpusInput input) {
    Optional<Verdict> repaired = Optional.ofNullable(result.after().host().get(input.id()));
    return new GalleryItem(
        input.id(),
        corpus.seedPicture(input.seed()),
        corpus.picture(input),
        label(input.label()),
        new Prediction(label(input.originalLabel()), input.originalConfidence()),
        new Prediction(label(input.compressedLabel()), input.compressedConfidence()),
        repaired.map(v -> new Prediction(label(v.label()), v.confidence())),
        input.verdicts().entrySet().stream()
            .filter(e -> e.getValue().isDecided())
            .map(
                e ->
                    new JudgeVerdict(
                        e.getKey(), label(e.getValue().label()), e.getValue().deviates()))
            .toList(),
        new Distance(input.rms(), input.linf()),
        input.step());
  }

  private String label(int label) {
    return corpus.header().classNames().get(label);
  }

  /** The pair in one line, for the console. */
  String inWords() {
    PairSummary summary = summary();
    RepairSummary repair = summary.repair().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %d effective of %d mutated pictures, from %d of %d seeds; on host %d deviations, %d"
            + " after the repair; held out %d, %d after; accuracy %.2f %% -> %.2f %%, agreement"
            + " %.2f %% -> %.2f %%",
        name,
        summary.effective(),
        summary.mutated(),
        summary.seedsWithDeviation(),
        summary.seeds(),
        repair.corpusBefore(),
        repair.corpusAfter(),
        repair.heldoutBefore(),
        repair.heldoutAfter(),
        100 * result.clean().compressed(),
        100 * result.clean().repaired(),
        100 * result.clean().compressedAgrees(),
        100 * result.clean().repairedAgrees());
  }
}
