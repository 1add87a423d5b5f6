package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.html.BarChart.Row;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.PairSummary;
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
                "Shares of clean and attacked pictures",
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
        pair.fgsm().isEmpty() ? "Accuracy and agreement" : "Accuracy, agreement and robustness",
        pictures(pair)
            + " Agreement is the share of clean pictures on which a model decides as the original."
            + (pair.fgsm().isEmpty()
                ? ""
                : " FGSM is white-box on each model's differentiable form, and judged on the real"
                    + " model."),
        BarChart.grouped("Bars of the shares in the table below", rows, 1),
        legend(rows),
        table.element());
  }

  /** Each model of which a share is drawn. */
  private static Element legend(List<Row> rows) {
    return BarChart.legend(
        rows.stream()
            .flatMap(row -> row.bars().stream().map(Bar::name))
            .distinct()
            .map(model -> new Bar(model, model, 0, ""))
            .toList());
  }

  /** What is true of the pictures. */
  private static String pictures(PairSummary pair) {
    if (pair.repair().isEmpty()) {
      return "On the clean pictures, in ONNX Runtime on the host.";
    }
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
