package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.RepairRoundSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import java.util.List;
import java.util.Optional;

/** The rounds of a repair as a table. */
final class RoundsTable {
  private RoundsTable() {}

  /**
   * @param score of the task, where it is no accuracy
   */
  static Element of(List<RepairRoundSummary> rounds, Optional<ScoreSummary> score) {
    Table table =
        new Table(
                "Rounds of search and repair",
                "Round",
                "Judge",
                "New search, seeds",
                "Fixed",
                "Still broken",
                "Newly broken",
                "Learned from, before",
                "Learned from, after",
                "Set aside, before",
                "Set aside, after",
                "Clean " + score.map(s -> s.measure(0).name()).orElse("accuracy"),
                "Clean agreement",
                "Kept")
            .figuresFrom(2);
    for (RepairRoundSummary round : rounds) {
      table.row(
          Integer.toString(round.round()),
          round.judge(),
          round.newSearch().map(RepairRoundSummary.NewSearch::inWords).orElse(Figures.NONE),
          Figures.count(round.fixed()),
          Figures.count(round.stillBroken()),
          Figures.count(round.newlyBroken()),
          Figures.count(round.corpusBefore()),
          Figures.count(round.corpus()),
          Figures.count(round.setAsideBefore()),
          Figures.count(round.setAside()),
          score
              .map(s -> Figures.score(s, round.score()))
              .orElseGet(() -> Figures.share(round.accuracy())),
          Figures.share(round.agreement()),
          round.kept() ? "yes" : "no");
    }
    return table.element();
  }
}
