package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.RepairRoundSummary;
import java.util.List;

/** The rounds of a repair as a table. */
final class RoundsTable {
  private RoundsTable() {}

  static Element of(List<RepairRoundSummary> rounds) {
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
                "Clean accuracy",
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
          round.accuracy().isPresent()
              ? Figures.share(round.accuracy().getAsDouble())
              : Figures.NONE,
          Figures.share(round.agreement()),
          round.kept() ? "yes" : "no");
    }
    return table.element();
  }
}
