package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.html.BarChart.Row;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deviations before and after the repair, on each set of pictures apart. */
final class RepairPanel {
  private RepairPanel() {}

  static Element of(PairSummary pair, RepairSummary repair) {
    Map<String, BeforeAfter> parts = new LinkedHashMap<>();
    if (repair.learned().isPresent()) {
      parts.put("Corpus, learned from", repair.learned().get());
      repair.setAside().ifPresent(aside -> parts.put("Corpus, set aside", aside));
    } else {
      parts.put("Corpus", repair.corpus());
    }
    parts.put("Held-out corpus", repair.heldout());
    List<Row> rows = new ArrayList<>();
    Table table =
        new Table(
                "Deviations, counted by " + repair.judge(), "Pictures", "Before", "After", "Change")
            .figuresFrom(1);
    long longest = 1;
    for (Map.Entry<String, BeforeAfter> part : parts.entrySet()) {
      BeforeAfter counts = part.getValue();
      rows.add(
          new Row(
              part.getKey(),
              List.of(
                  CountsPanels.counted("before", "compressed", counts.before()),
                  CountsPanels.counted("after", "repaired", counts.after()))));
      table.row(
          part.getKey(),
          Figures.count(counts.before()),
          Figures.count(counts.after()),
          Figures.change(counts.before(), counts.after()));
      longest = Math.max(longest, Math.max(counts.before(), counts.after()));
    }
    Element panel =
        Panel.of(
            "Deviations before and after the repair",
            meaning(pair, repair),
            BarChart.grouped("Bars of the counts in the table below", rows, longest),
            BarChart.legend(
                List.of(
                    new Bar("before: compressed", "compressed", 0, ""),
                    new Bar("after: repaired", "repaired", 0, ""))),
            table.element());
    return repair.rounds().isEmpty()
        ? panel
        : panel.add(RoundsTable.of(repair.rounds(), pair.score()));
  }

  private static String meaning(PairSummary pair, RepairSummary repair) {
    StringBuilder text = new StringBuilder("Counted by " + repair.judge() + ".");
    repair
        .setAside()
        .ifPresent(
            aside ->
                text.append(
                    " Set aside: the seeds of the corpus that the repair does not learn from; they"
                        + " tell which round is the best."));
    text.append(" Held-out: the corpus of a second search, which the repair never saw");
    if (pair.isApart("seeds", "heldout") && pair.isApart("heldout", "training")) {
      text.append("; its seeds are neither seeds of the corpus nor training pictures");
    }
    return text.append(".").toString();
  }
}
