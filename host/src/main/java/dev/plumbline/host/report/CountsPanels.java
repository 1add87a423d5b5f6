package dev.plumbline.host.report;

import dev.plumbline.host.report.BarChart.Bar;
import dev.plumbline.host.report.BarChart.Row;
import java.util.ArrayList;
import java.util.List;

/** How many pictures of each class there are, to each judge, before and after the repair. */
final class CountsPanels {
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
    Table table =
        new Table(
                "What the judges say",
                "Judge",
                "Kind",
                "Judged",
                "Deviates",
                "Share",
                "Agrees",
                "Deviates after repair")
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
      table.row(
          judge.id(),
          judge.kind().toString(),
          Figures.count(judge.judged()),
          Figures.count(judge.deviates()),
          Figures.part(judge.deviates(), judge.judged()),
          Figures.part(judge.agrees(), judge.judged()),
          judge.deviatesRepaired().isPresent()
              ? Figures.count(judge.deviatesRepaired().getAsLong())
              : Figures.NONE);
    }
    Element classes =
        new Table("What the search made", "Class", "Pictures", "Share")
            .figuresFrom(1)
            .row("effective", classed(pair.effective()))
            .row("valid", classed(pair.valid()))
            .row("invalid", classed(pair.invalid()))
            .row("all", classed(pair.mutated()))
            .element();
    Element panel =
        Panel.of(
            "Counts by class and judge",
            "Bars share one scale. Effective: the original keeps the label of the seed, the"
                + " compressed model does not. Valid: both keep it. Invalid: the original does not.",
            BarChart.stacked(
                "Stacked bars of the counts in the tables below", rows, Math.max(longest, 1)),
            BarChart.legend(
                List.of(
                    new Bar("effective, deviates", "effective", 0, ""),
                    new Bar("valid, does not deviate", "valid", 0, ""),
                    new Bar("invalid", "invalid", 0, ""),
                    new Bar("not judged", "track", 0, ""))));
    Element tables = Element.of("div", classes).classed("side");
    if (!pair.byConfidence().isEmpty()) {
      tables.add(severity());
    }
    if (!pair.judges().isEmpty()) {
      tables.add(table.element());
    }
    return panel.add(tables);
  }

  private Element severity() {
    Table table =
        new Table("How sure the original stays", "Its confidence", "Effective", "Share")
            .figuresFrom(1);
    pair.byConfidence()
        .forEach(
            (least, count) ->
                table.row(
                    "at least " + least,
                    Figures.count(count),
                    Figures.part(count, pair.effective())));
    return table.element();
  }

  private String[] classed(long count) {
    return new String[] {Figures.count(count), Figures.part(count, pair.mutated())};
  }

  private static Bar counted(String name, String paint, long count) {
    return new Bar(name, paint, count, Figures.count(count));
  }

  static Element repair(RepairSummary repair) {
    List<Row> rows =
        List.of(
            new Row(
                "Corpus that the repair learned from",
                List.of(
                    counted("before", "compressed", repair.corpusBefore()),
                    counted("after", "repaired", repair.corpusAfter()))),
            new Row(
                "Held-out pictures, from other seeds",
                List.of(
                    counted("before", "compressed", repair.heldoutBefore()),
                    counted("after", "repaired", repair.heldoutAfter()))));
    double longest =
        rows.stream().flatMap(row -> row.bars().stream()).mapToDouble(Bar::value).max().orElse(0);
    Element panel =
        Panel.of(
            "Deviations before and after the repair",
            "Counted by " + repair.judge() + ".",
            BarChart.grouped("Bars of the counts in the table below", rows, longest),
            BarChart.legend(
                List.of(
                    new Bar("before: compressed", "compressed", 0, ""),
                    new Bar("after: repaired", "repaired", 0, ""))),
            new Table(
                    "Deviations, counted by " + repair.judge(),
                    "Pictures",
                    "Before",
                    "After",
                    "Change")
                .figuresFrom(1)
                .row(
                    "Corpus",
                    Figures.count(repair.corpusBefore()),
                    Figures.count(repair.corpusAfter()),
                    Figures.change(repair.corpusBefore(), repair.corpusAfter()))
                .row(
                    "Held out",
                    Figures.count(repair.heldoutBefore()),
                    Figures.count(repair.heldoutAfter()),
                    Figures.change(repair.heldoutBefore(), repair.heldoutAfter()))
                .element());
    return repair.rounds().isEmpty() ? panel : panel.add(RoundsTable.of(repair.rounds()));
  }
}
