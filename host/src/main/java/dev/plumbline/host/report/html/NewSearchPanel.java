package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.html.BarChart.Row;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.NewSearchSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a new search finds before and after the repair, from held-out seeds. */
final class NewSearchPanel {
  private NewSearchPanel() {}

  static Element of(NewSearchSummary found) {
    Map<String, BeforeAfter> levels = new LinkedHashMap<>();
    levels.put("Any deviation", found.seedsWithDeviation());
    found
        .byConfidence()
        .forEach((least, counts) -> levels.put("Original confidence \u2265 " + least, counts));
    List<Row> rows = new ArrayList<>();
    Table table =
        new Table("Seeds with a deviation", "Deviations", "Before", "After", "Change")
            .figuresFrom(1);
    levels.forEach(
        (name, counts) -> {
          rows.add(
              new Row(
                  name,
                  List.of(
                      CountsPanels.counted("before", "compressed", counts.before()),
                      CountsPanels.counted("after", "repaired", counts.after()))));
          table.row(
              name,
              Figures.count(counts.before()),
              Figures.count(counts.after()),
              Figures.change(counts.before(), counts.after()));
        });
    return Panel.of(
        "A new search before and after the repair",
        "The host searches the compressed model and the repaired model anew, from the same "
            + Figures.count(found.seeds(), "held-out seed")
            + ". The repair neither learned nor searched from them, and chose nothing by them.",
        BarChart.grouped("Bars of the counts in the table below", rows, Math.max(1, found.seeds())),
        BarChart.legend(
            List.of(
                new Bar("before: compressed", "compressed", 0, ""),
                new Bar("after: repaired", "repaired", 0, ""))),
        table.element());
  }
}
