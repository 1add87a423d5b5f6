package dev.plumbline.host.campaign;

import dev.plumbline.host.corpus.ByConfidence;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.report.html.PairReport;
import dev.plumbline.host.report.summary.AgreementSummary;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.FgsmSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import dev.plumbline.host.task.AttackReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntPredicate;

/** Turns what the job found out about a pair into figures and pictures for people. */
final class PairReporting {
  private final String name;
  private final CampaignConfig config;
  private final PairResult result;
  private final List<Overlap> overlaps;
  private final Map<String, LeftOut> leftOut;
  private final CorpusReporting corpus;

  PairReporting(
      String name,
      CampaignConfig config,
      List<Overlap> overlaps,
      Map<String, LeftOut> leftOut,
      PairResult result) {
    this.overlaps = overlaps;
    this.leftOut = leftOut;
    this.name = name;
    this.config = config;
    this.result = result;
    this.corpus =
        new CorpusReporting(
            Corpus.open(result.folder().resolve(PairCampaign.CORPUS)),
            result.after().host(),
            result.after().deviations().corpus(),
            heldout(result));
  }

  private static Map<String, BeforeAfter> heldout(PairResult result) {
    Map<String, BeforeAfter> heldout = new LinkedHashMap<>();
    result
        .after()
        .deviations()
        .heldout()
        .forEach(
            (judge, after) -> {
              Integer before = result.before().heldout().get(judge);
              if (before != null) {
                heldout.put(judge, new BeforeAfter(before, after));
              }
            });
    return heldout;
  }

  PairSummary summary() {
    CorpusCounts counts = result.counts();
    CleanFigures clean = result.clean();
    String host = HostJudge.ID;
    Set<Integer> aside =
        result.rounds().isPresent() && isGiven()
            ? PairRepair.setAside(corpus.corpus(), config.randomSeed())
            : Set.of();
    return new PairSummary(
        counts.seeds(),
        counts.mutated(),
        counts.effective(),
        counts.valid(),
        counts.invalid(),
        counts.seedsWithDeviation(),
        optional(counts.meanRms()),
        optional(counts.meanLinf()),
        ByConfidence.of(corpus.corpus().header().task(), corpus.corpus().inputs()).counts(),
        corpus.judges(),
        clean.accuracy(),
        clean.otherScore(),
        Optional.of(clean.agreement()),
        result.rounds().flatMap(RepairLedger::newSearch).map(RoundReporting::newSearch),
        Optional.of(
            new RepairSummary(
                result.before().corpus().get(host),
                result.after().deviations().corpus().get(host),
                result.before().heldout().get(host),
                result.after().deviations().heldout().get(host),
                host,
                RoundReporting.summaries(result.rounds()),
                isGiven() ? part(seed -> !aside.contains(seed)) : Optional.empty(),
                aside.isEmpty() ? Optional.empty() : part(aside::contains))),
        result.attack().map(this::fgsm).orElse(Map.of()),
        result.attack().map(AttackFigures::from).filter(from -> from != AttackReference.LABELS),
        Optional.of(result.fleet()),
        Optional.of(result.natural()),
        result.seconds(),
        Optional.of(overlaps),
        leftOut,
        result.guard(),
        result.precision());
  }

  /** Whether the rounds learned from the corpus itself, and not from one of a chosen graph. */
  private boolean isGiven() {
    return result
        .rounds()
        .flatMap(RepairLedger::graph)
        .map(graph -> graph.sha256().equals(result.compressedSha256()))
        .orElse(true);
  }

  private Map<String, FgsmSummary> fgsm(AttackFigures attack) {
    Map<String, FgsmSummary> fgsm = new LinkedHashMap<>();
    for (int epsilon : Epsilon.whole(config.epsilon())) {
      fgsm.put(
          Integer.toString(epsilon),
          new FgsmSummary(
              attack.original().get(epsilon),
              attack.compressed().get(epsilon),
              OptionalDouble.of(attack.repaired().get(epsilon))));
    }
    return fgsm;
  }

  static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  PairReport report() {
    return new PairReport(
        name,
        "Original and " + name,
        config.original().getFileName() + " against " + config.pairs().get(name).getFileName(),
        corpus.gallery(),
        corpus.distances(),
        corpus.severities(),
        corpus.severityUnit(),
        corpus.settings());
  }

  /** The parts of the corpus, counted by the host as the repair's own figures are. */
  private Optional<BeforeAfter> part(IntPredicate seeds) {
    return Optional.of(corpus.of(HostJudge.ID, seeds));
  }

  /** The pair in one line, for the console. */
  String inWords() {
    PairSummary summary = summary();
    RepairSummary repair = summary.repair().orElseThrow();
    AgreementSummary agreement = summary.agreement().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %s%d effective of %d mutated pictures, from %d of %d seeds; on host %d deviations, %d"
            + " after the repair; held-out %d, %d after; %sagreement %.2f %% -> %.2f %%%s",
        name,
        result
            .rounds()
            .flatMap(RepairLedger::newSearch)
            .map(counts -> counts.inWords() + "; ")
            .orElse(""),
        summary.effective(),
        summary.mutated(),
        summary.seedsWithDeviation(),
        summary.seeds(),
        repair.corpusBefore(),
        repair.corpusAfter(),
        repair.heldoutBefore(),
        repair.heldoutAfter(),
        summary.cleanScore().map(PairReporting::inWords).orElse(""),
        100 * agreement.compressed(),
        100 * agreement.repaired().orElseThrow(),
        result.precision().map(tried -> "; " + tried.inWords()).orElse("")
            + result.guard().map(guard -> "; " + guard.inWords()).orElse(""));
  }

  private static String inWords(ScoreSummary score) {
    return score.measure(score.compressed())
        + " -> "
        + score.measure(score.repaired().orElseThrow()).figure()
        + ", ";
  }
}
