package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.html.BarChart.Row;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.task.AttackReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

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
    pair.cleanScore().ifPresent(score -> score(rows, table, score));
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
                    attacked(pair) + ", FGSM \u03b5 = " + epsilon + "/255",
                    OptionalDouble.of(f.original()),
                    f.compressed(),
                    f.repaired()));
    return Panel.of(
        title(pair),
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

  private static String title(PairSummary pair) {
    String score = pair.score().isPresent() ? "Score" : "Accuracy";
    return pair.fgsm().isEmpty() ? score + " and agreement" : score + ", agreement and robustness";
  }

  /** What models keep under attack. */
  private static String attacked(PairSummary pair) {
    return switch (pair.attackedFrom().orElse(AttackReference.LABELS)) {
      case LABELS -> "Accuracy";
      case ANNOTATIONS -> "Within the bound of the annotation";
      case DECISIONS -> "Decision as without attack";
    };
  }

  /** Bars are of shares: a score that may be above 1, or is better the smaller it is, has none. */
  private static void score(List<Row> rows, Table table, ScoreSummary score) {
    String name = score.measure(0).name();
    String title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    boolean bars = score.scale() != Measure.Scale.UNIT && !score.lowerIsBetter();
    row(
        bars ? rows : new ArrayList<>(),
        table,
        title + ", clean pictures",
        v -> Figures.score(score, v),
        OptionalDouble.of(score.original()),
        score.compressed(),
        score.repaired());
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
    row(rows, table, name, Figures::share, original, compressed, repaired);
  }

  private static void row(
      List<Row> rows,
      Table table,
      String name,
      DoubleFunction<String> figure,
      OptionalDouble original,
      double compressed,
      OptionalDouble repaired) {
    List<Bar> bars = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    Map<String, OptionalDouble> models = new LinkedHashMap<>();
    models.put("original", original);
    models.put("compressed", OptionalDouble.of(compressed));
    models.put("repaired", repaired);
    models.forEach(
        (model, value) -> {
          value.ifPresent(v -> bars.add(new Bar(model, model, v, figure.apply(v))));
          cells.add(value.isPresent() ? figure.apply(value.getAsDouble()) : Figures.NONE);
        });
    rows.add(new Row(name, bars));
    table.row(name, cells.toArray(String[]::new));
  }
}
