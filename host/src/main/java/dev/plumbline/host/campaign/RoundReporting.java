package dev.plumbline.host.campaign;

import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.repair.NewSearchCounts;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RoundOutcome;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.NewSearchSummary;
import dev.plumbline.host.report.summary.RepairRoundSummary;
import dev.plumbline.host.score.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Turns a repair's ledger into figures for people: one for each round and judge. */
final class RoundReporting {
  private RoundReporting() {}

  static List<RepairRoundSummary> summaries(Optional<RepairLedger> ledger) {
    return ledger.stream()
        .flatMap(l -> l.rounds().stream())
        .flatMap(
            round ->
                round.judges().entrySet().stream()
                    .map(
                        judge ->
                            summary(
                                round,
                                judge.getKey(),
                                judge.getValue(),
                                ledger.get().start().judges().get(judge.getKey()))))
        .toList();
  }

  private static RepairRoundSummary summary(
      RepairLedger.Round round,
      String judge,
      RepairLedger.RoundCounts counts,
      RepairLedger.StartCounts start) {
    return new RepairRoundSummary(
        round.round(),
        judge,
        counts.fixed(),
        counts.stillBroken(),
        counts.newlyBroken(),
        counts.corpus(),
        counts.heldout(),
        round.accuracy(),
        round.score().map(Measure::value).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        round.agreement(),
        round.outcome() == RoundOutcome.BEST,
        start == null ? OptionalLong.empty() : OptionalLong.of(start.corpus()),
        start == null ? OptionalLong.empty() : OptionalLong.of(start.heldout()),
        // Nobody else confirms what it finds.
        round.newSearch().filter(found -> judge.equals(HostJudge.ID)).map(RoundReporting::ofRound));
  }

  private static RepairRoundSummary.NewSearch ofRound(NewSearchCounts found) {
    return new RepairRoundSummary.NewSearch(
        found.seeds(), found.seedsWithDeviation(), found.byConfidence());
  }

  static NewSearchSummary newSearch(NewSearchCounts.BeforeAfter counts) {
    Map<String, BeforeAfter> byConfidence = new LinkedHashMap<>();
    counts
        .before()
        .byConfidence()
        .forEach(
            (least, before) ->
                byConfidence.put(
                    least, new BeforeAfter(before, counts.after().byConfidence().get(least))));
    return new NewSearchSummary(
        counts.before().seeds(),
        new BeforeAfter(counts.before().seedsWithDeviation(), counts.after().seedsWithDeviation()),
        byConfidence);
  }
}
