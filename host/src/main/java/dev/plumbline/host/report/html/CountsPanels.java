package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.html.BarChart.Row;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.PairSummary;
import java.util.ArrayList;
import java.util.List;

/** How many pictures of each class there are, to each judge. */
final class CountsPanels {
  private static final String SAY = "What the judges say";

  private final PairSummary pair;

  CountsPanels(PairSummary pair) {
    this.pair = pair;
  }

  Element classesAndJudges() {
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            "All mutated pictures, by the search",
            List.of(
                counted("effective", "effective", pair.effective()),
                counted("valid", "valid", pair.valid()),
                counted("invalid", "invalid", pair.invalid()))));
    boolean heldout = pair.judges().stream().anyMatch(judge -> judge.heldout().isPresent());
    Table table =
        (heldout
                ? new Table(
                    SAY,
                    "Judge",
                    "Kind",
                    "Judged",
                    "Deviates",
                    "Seeds that deviate",
                    "Held-out, before",
                    "Held-out, after")
                : new Table(
                    SAY,
                    "Judge",
                    "Kind",
                    "Judged",
                    "Deviates",
                    "Seeds that deviate",
                    "Repaired deviates"))
            .figuresFrom(2);
    long longest = pair.mutated();
    for (JudgeSummary judge : pair.judges()) {
      longest = Math.max(longest, judge.judged());
      rows.add(
          new Row(
              judge.title(),
              List.of(
                  counted("deviates", "effective", judge.deviates()),
                  counted("does not deviate", "valid", judge.judged() - judge.deviates()))));
      List<String> figures =
          new ArrayList<>(
              List.of(
                  judge.kind().toString(),
                  Figures.count(judge.judged()),
                  Figures.count(judge.deviates()),
                  Figures.count(judge.seedsWithDeviation())));
      if (heldout) {
        figures.add(judge.heldout().map(h -> Figures.count(h.before())).orElse(Figures.NONE));
        figures.add(judge.heldout().map(h -> Figures.count(h.after())).orElse(Figures.NONE));
      } else {
        figures.add(Figures.count(judge.deviatesRepaired()));
      }
      table.row(judge.id(), figures.toArray(String[]::new));
    }
    Element classes =
        new Table("What the search made", "Class", "Pictures")
            .figuresFrom(1)
            .row("effective", Figures.count(pair.effective()))
            .row("valid", Figures.count(pair.valid()))
            .row("invalid", Figures.count(pair.invalid()))
            .row("all", Figures.count(pair.mutated()))
            .element();
    Element panel =
        Panel.of(
            "Counts by class and judge",
            "Bars share one scale. Effective: the original keeps the decision on the seed, the"
                + " compressed model does not. Valid: both keep it. Invalid: the original does"
                + " not.",
            BarChart.stacked(
                "Stacked bars of the counts in the tables below", rows, Math.max(longest, 1)),
            BarChart.legend(
                List.of(
                    new Bar("effective, deviates", "effective", 0, ""),
                    new Bar("valid, does not deviate", "valid", 0, ""),
                    new Bar("invalid", "invalid", 0, ""),
                    new Bar("not judged", "track", 0, ""))));
    Element made = Element.of("div", classes).classed("side");
    if (!pair.byConfidence().isEmpty()) {
      made.add(severity());
    }
    panel.add(made);
    return pair.judges().isEmpty() ? panel : panel.add(table.element());
  }

  private Element severity() {
    Table table =
        new Table("How sure the original stays", "Its confidence", "Effective").figuresFrom(1);
    pair.byConfidence()
        .forEach((least, count) -> table.row("at least " + least, Figures.count(count)));
    return table.element();
  }

  static Bar counted(String name, String paint, long count) {
    return new Bar(name, paint, count, Figures.count(count));
  }
}
