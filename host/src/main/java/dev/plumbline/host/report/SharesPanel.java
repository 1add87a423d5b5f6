package dev.plumbline.host.report;

import dev.plumbline.host.report.BarChart.Bar;
import dev.plumbline.host.report.BarChart.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Accuracy, agreement and robustness, before and after the repair. */
final class SharesPanel {
  private SharesPanel() {}

  static Element of(PairSummary pair) {
    List<Row> rows = new ArrayList<>();
    Table table =
        new Table(
                "Accuracy, agreement and FGSM",
                "Share of pictures",
                "Original",
                "Compressed",
                "Repaired")
            .figuresFrom(1);
    pair.accuracy()
        .ifPresent(
            a ->
                share(
                    rows,
                    table,
                    "Accuracy, clean pictures",
                    OptionalDouble.of(a.original()),
                    a.compressed(),
                    a.repaired()));
    pair.agreement()
        .ifPresent(
            a ->
                share(
                    rows,
                    table,
                    "Agreement with the original",
                    OptionalDouble.empty(),
                    a.compressed(),
                    a.repaired()));
    pair.fgsm()
        .forEach(
            (epsilon, f) ->
                share(
                    rows,
                    table,
                    "Accuracy, FGSM \u03b5 = " + epsilon + "/255",
                    OptionalDouble.of(f.original()),
                    f.compressed(),
                    f.repaired()));
    return Panel.of(
        "Accuracy, agreement and robustness",
        apart(pair)
            + " Agreement is the share of clean pictures that get the original's label. FGSM is"
            + " white-box on each model's differentiable form, and judged on the real model.",
        BarChart.grouped("Bars of the shares in the table below", rows, 1),
        BarChart.legend(
            List.of(
                new Bar("original", "original", 0, ""),
                new Bar("compressed", "compressed", 0, ""),
                new Bar("repaired", "repaired", 0, ""))),
        table.element());
  }

  /** What is true of the pictures. */
  private static String apart(PairSummary pair) {
    boolean untouched =
        pair.isApart("seeds", "evaluation")
            && pair.isApart("heldout", "evaluation")
            && pair.isApart("evaluation", "training");
    return "Before and after the repair, on the evaluation pictures"
        + (untouched ? ", from which neither a search nor the training starts." : ".")
        + (pair.repair().map(repair -> !repair.rounds().isEmpty()).orElse(false)
            ? " They also tell which rounds cost too much accuracy."
            : "");
  }

  private static void share(
      List<Row> rows,
      Table table,
      String name,
      OptionalDouble original,
      double compressed,
      OptionalDouble repaired) {
    List<Bar> bars = new ArrayList<>();
    original.ifPresent(v -> bars.add(new Bar("original", "original", v, Figures.share(v))));
    bars.add(new Bar("compressed", "compressed", compressed, Figures.share(compressed)));
    repaired.ifPresent(v -> bars.add(new Bar("repaired", "repaired", v, Figures.share(v))));
    rows.add(new Row(name, bars));
    table.row(name, Figures.share(original), Figures.share(compressed), Figures.share(repaired));
  }
}
