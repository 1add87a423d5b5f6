package dev.plumbline.host.report.html;

import dev.plumbline.host.report.html.BarChart.Bar;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.PrecisionSummary;
import dev.plumbline.host.report.summary.PrecisionSummary.Found;
import dev.plumbline.host.report.summary.PrecisionSummary.Latency;
import dev.plumbline.host.report.summary.PrecisionSummary.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** What graphs of higher precision cost, and what is left of the deviations. */
final class PrecisionPanel {
  /** Of the confidences, the least first. */
  private static final List<String> PAINTS = List.of("valid", "effective", "repaired");

  /** Beyond the original's latency by more than this there is nothing to see. */
  private static final double BEYOND = 1.25;

  private PrecisionPanel() {}

  static Element of(PrecisionSummary summary) {
    List<String> levels = levels(summary);
    Set<String> judges = new LinkedHashSet<>();
    summary.points().forEach(point -> judges.addAll(point.latency().keySet()));
    List<Element> content = new ArrayList<>();
    for (String judge : judges) {
      content.add(
          Element.of(
              "figure",
              Element.text("figcaption", "More latency on " + judge + " against seeds left"),
              chart(summary, judge, levels)));
    }
    List<Bar> bars = new ArrayList<>();
    for (String level : levels) {
      bars.add(new Bar(named(level), paint(levels, level), 0, ""));
    }
    content.add(BarChart.legend(bars));
    content.add(table(summary, judges, levels).element());
    return Panel.of(
        "Graphs of higher precision",
        "Each dot is a graph between the compressed model, at the left, and the original: to the"
            + " right how much more time one run takes, upwards from how many of the seeds a new"
            + " search finds a deviation. Chosen: "
            + summary.chosen()
            + ", "
            + summary.choice().precision()
            + bound(summary)
            + ".",
        content.toArray(Element[]::new));
  }

  private static String bound(PrecisionSummary summary) {
    OptionalDouble most = summary.maxLatencyIncrease();
    return most.isPresent()
        ? ", with the fewest deviations within " + percent(most.getAsDouble()) + " more latency"
        : ", the knee between deviations and latency";
  }

  /** The confidences that were searched for; all deviations where there are none. */
  private static List<String> levels(PrecisionSummary summary) {
    Set<String> levels = new LinkedHashSet<>();
    summary
        .points()
        .forEach(point -> point.found().ifPresent(at -> levels.addAll(at.byConfidence().keySet())));
    return levels.isEmpty() ? List.of("") : List.copyOf(levels);
  }

  private static String named(String level) {
    return level.isEmpty() ? "any deviation" : "original confidence \u2265 " + level;
  }

  private static String paint(List<String> levels, String level) {
    return PAINTS.get(Math.min(levels.indexOf(level), PAINTS.size() - 1));
  }

  private static Element chart(PrecisionSummary summary, String judge, List<String> levels) {
    List<Point> points = summary.points();
    Latency whole = points.get(points.size() - 1).latency().get(judge);
    double end = whole == null ? Double.POSITIVE_INFINITY : BEYOND * whole.increase();
    List<Point> shown =
        points.stream()
            .filter(point -> point.found().isPresent() && point.latency().containsKey(judge))
            .filter(point -> point.latency().get(judge).increase() <= Math.max(0, end))
            .toList();
    double widest =
        shown.stream().mapToDouble(point -> point.latency().get(judge).increase()).max().orElse(0);
    DotChart chart = new DotChart("Dots of the figures in the table below", Math.max(0, widest));
    for (Point point : shown) {
      for (String level : levels) {
        Found found = point.found().orElseThrow();
        chart.named(
            point.name() + ", " + named(level),
            point.latency().get(judge).increase(),
            (double) count(found, level) / Math.max(1, found.seeds()),
            paint(levels, level));
      }
    }
    return chart.element();
  }

  private static long count(Found found, String level) {
    return level.isEmpty()
        ? found.seedsWithDeviation()
        : found.byConfidence().getOrDefault(level, 0);
  }

  private static Table table(PrecisionSummary summary, Set<String> judges, List<String> levels) {
    List<String> head = new ArrayList<>(List.of("Graph", "Best by"));
    judges.forEach(judge -> head.addAll(List.of("Milliseconds on " + judge, "More")));
    head.addAll(List.of("KiB", "Margin error", "Natural", "Any deviation"));
    levels.stream().filter(level -> !level.isEmpty()).forEach(level -> head.add("\u2265 " + level));
    Table table =
        new Table("What each graph costs and what is left", head.toArray(String[]::new))
            .figuresFrom(2);
    for (Point point : summary.points()) {
      List<String> row = new ArrayList<>();
      row.add(best(point));
      judges.forEach(judge -> row.addAll(latency(point, judge)));
      row.add(String.format(Locale.ROOT, "%.0f", point.size() / 1024.0));
      row.add(String.format(Locale.ROOT, "%.3f", point.marginError()));
      row.add(of(point.natural(), point.pictures()));
      row.add(
          point.found().map(at -> of(at.seedsWithDeviation(), at.seeds())).orElse(Figures.NONE));
      for (String level : levels) {
        if (!level.isEmpty()) {
          row.add(point.found().map(at -> Figures.count(count(at, level))).orElse(Figures.NONE));
        }
      }
      boolean chosen = point.name().equals(summary.chosen());
      table.row(point.name() + (chosen ? ", chosen" : ""), row.toArray(String[]::new));
    }
    return table;
  }

  private static String best(Point point) {
    List<String> by = new ArrayList<>();
    if (point.bestByLatency()) {
      by.add("latency");
    }
    if (point.bestBySize()) {
      by.add("size");
    }
    return String.join(", ", by);
  }

  private static List<String> latency(Point point, String judge) {
    Latency latency = point.latency().get(judge);
    if (latency == null) {
      return List.of(Figures.NONE, Map.copyOf(point.refusals()).getOrDefault(judge, ""));
    }
    return List.of(
        String.format(Locale.ROOT, "%.3f", latency.median()), percent(latency.increase()));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u202F%%", 100 * share);
  }

  private static String of(long count, long whole) {
    return Figures.count(count) + " of " + Figures.count(whole);
  }
}
