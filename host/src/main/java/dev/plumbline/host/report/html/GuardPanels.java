package dev.plumbline.host.report.html;

import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardFigures;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.guard.GuardPoint;
import dev.plumbline.host.guard.Share;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.GuardSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What a guard band defers and leaves. */
final class GuardPanels {
  private static final String GUARD_BAND = "Guard band";
  private static final String MEANING =
      "A decision is deferred where the compressed model's margin is below the guard's threshold."
          + " Left are deviations whose margin is not.";

  private GuardPanels() {}

  /** Of a job's repaired model: all there is. */
  static List<Element> all(GuardSummary summary) {
    if (summary.band().isEmpty()) {
      return List.of(Panel.of(GUARD_BAND, "There is none: " + summary.refusal().orElseThrow()));
    }
    List<Element> panels = new ArrayList<>(List.of(curve(summary.band().get())));
    if (!summary.judges().isEmpty()) {
      panels.add(
          judges(summary.judges(), judge -> summary.failed().getOrDefault(judge, List.of())));
    }
    return panels;
  }

  /** By judge. */
  static Element gate(GuardGate gate) {
    return judges(gate.judges().figures(), gate::reasons);
  }

  private static Element judges(
      Map<String, GuardFigures> byJudge, Function<String, List<String>> reasons) {
    Table table =
        new Table(
                "What judges defer",
                "Judge",
                "Clean pictures deferred",
                "Natural deviations left",
                "Corpus deviations left",
                "Fails because")
            .figuresFrom(1);
    byJudge.forEach(
        (judge, figures) ->
            table.row(
                judge,
                share(figures.deferred()),
                share(figures.naturalLeft()),
                share(figures.adversarialLeft()),
                String.join("; ", reasons.apply(judge))));
    return Panel.of(GUARD_BAND, MEANING, table.element());
  }

  /** What other thresholds defer and leave, as dots and as a table. */
  static Element curve(Guard guard) {
    List<GuardPoint> points = guard.calibration().curve();
    Table table =
        new Table(
                "What a threshold defers and leaves",
                "Threshold, " + guard.unit(),
                "Clean pictures deferred",
                "Natural deviations left",
                "Corpus deviations left")
            .figuresFrom(1);
    for (GuardPoint point : points) {
      boolean chosen = point.threshold() == guard.rule().threshold();
      table.row(
          String.format(Locale.ROOT, chosen ? "%.3f, chosen" : "%.3f", point.threshold()),
          Figures.share(point.deferred()),
          Figures.share(point.naturalLeft()),
          Figures.share(point.adversarialLeft()));
    }
    String attacked =
        guard
            .attack()
            .map(
                found ->
                    " A search past the guard ("
                        + found.search()
                        + ") found a deviation past it from "
                        + share(found.seeds())
                        + " seeds.")
            .orElse("");
    return Panel.of(
        "Guard band: deferred against left",
        MEANING
            + " Each dot is a threshold, measured on the half of the pictures that it was not"
            + " calibrated on: to the right the share of clean pictures deferred, upwards the"
            + " share of deviations left."
            + attacked,
        chart(points),
        BarChart.legend(
            List.of(
                new BarChart.Bar("corpus deviations left", "effective", 0, ""),
                new BarChart.Bar("natural deviations left", "valid", 0, ""))),
        table.element());
  }

  private static Element chart(List<GuardPoint> points) {
    DotChart chart =
        new DotChart(
            "Dots of the shares in the table below",
            points.stream().mapToDouble(GuardPoint::deferred).max().orElse(0));
    for (GuardPoint point : points) {
      chart.dot(point.deferred(), point.adversarialLeft(), "effective");
      chart.dot(point.deferred(), point.naturalLeft(), "valid");
    }
    return chart.element();
  }

  private static String share(Share share) {
    return share.of() == 0
        ? Figures.NONE
        : Figures.count(share.count()) + " of " + Figures.count(share.of());
  }
}
