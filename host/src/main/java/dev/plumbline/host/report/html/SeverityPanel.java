package dev.plumbline.host.report.html;

import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.report.summary.Figures;
import java.util.List;
import java.util.Map;

/** How severe the deviations are, to each judge. */
final class SeverityPanel {
  private SeverityPanel() {}

  /**
   * @param unit of severities
   * @param byJudge at least one judge, each with at least one severity
   */
  static Element of(String unit, Map<String, Severities> byJudge) {
    Element figures = Element.of("div").classed("side");
    Severities.Figures any = byJudge.values().iterator().next().figures();
    List<String> levels = List.copyOf(any.seedsAtLeast().keySet());
    Table atLeast =
        new Table(
                "Seeds with a deviation at least this severe, in " + unit,
                with("Judge", levels.stream().map(level -> "\u2265\u202F" + level).toList()))
            .figuresFrom(1);
    Table quantiles =
        new Table(
                "Severity of deviations in " + unit,
                "Judge",
                "Deviations",
                "Median",
                "90th percentile",
                "99th percentile",
                "Largest",
                "Median of the seeds' largest")
            .figuresFrom(1);
    byJudge.forEach(
        (judge, severities) -> {
          Severities.Figures of = severities.figures();
          figures.add(figure(judge + ": deviations by severity", pictures(severities, unit)));
          figures.add(figure(judge + ": seeds at least this severe", seeds(severities, unit)));
          atLeast.row(
              judge,
              levels.stream().map(l -> count(of.seedsAtLeast().get(l))).toArray(String[]::new));
          quantiles.row(
              judge,
              Figures.count(of.deviations()),
              Figures.severity(of.quantiles().get("0.5")),
              Figures.severity(of.quantiles().get("0.9")),
              Figures.severity(of.quantiles().get("0.99")),
              Figures.severity(of.quantiles().get("1")),
              Figures.severity(of.seedQuantiles().get("0.5")));
        });
    return Panel.of(
        "Severity",
        "The severity of a deviation is the smaller of both models' margins, each for its own"
            + " decision, in "
            + unit
            + ". A deviation that is barely flipped is not severe.",
        figures,
        atLeast.element(),
        quantiles.element());
  }

  private static Element pictures(Severities severities, String unit) {
    return Histogram.of(numbers(severities.deviations())).draw("Severity in " + unit);
  }

  private static Element seeds(Severities severities, String unit) {
    return Histogram.atLeast(numbers(severities.seeds()))
        .draw("Seeds with a deviation at least this severe, in " + unit);
  }

  private static Element figure(String caption, Element drawing) {
    return Element.of("figure", Element.text("figcaption", caption), drawing);
  }

  private static double[] numbers(List<Double> values) {
    return values.stream().mapToDouble(value -> Math.max(0, value)).toArray();
  }

  private static String[] with(String first, List<String> then) {
    String[] all = new String[then.size() + 1];
    all[0] = first;
    for (int i = 0; i < then.size(); i++) {
      all[i + 1] = then.get(i);
    }
    return all;
  }

  private static String count(int count) {
    return Figures.count(count);
  }
}
