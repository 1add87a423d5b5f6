package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * Dots of shares in SVG, as wide as its place: to the right what they cost, upwards from 0 to 100
 * %.
 *
 * @param description what a reader who cannot see the chart is told
 * @param widest cost at the right edge, at least 0
 */
record DotChart(String description, double widest, List<Element> drawn) {
  /** In pixels. */
  private static final double HEIGHT = 200;

  /** Where dots begin, and how far they reach, in per cent of the width. */
  private static final double LEFT = 8;

  private static final double WIDTH = 90;

  DotChart(String description, double widest) {
    this(description, widest, new ArrayList<>());
  }

  /**
   * Adds a dot.
   *
   * @param share 0 to 1
   * @param paint class of the style sheet that colours it
   */
  DotChart dot(double cost, double share, String paint) {
    drawn.add(circle(cost, share, paint));
    return this;
  }

  /** As {@link #dot}, with words that a pointer over it shows. */
  DotChart named(String name, double cost, double share, String paint) {
    drawn.add(circle(cost, share, paint).add(Element.text("title", name)));
    return this;
  }

  /** The chart, with the ends of its axes. */
  Element element() {
    List<Element> all = new ArrayList<>(drawn);
    all.add(BarChart.text("0", LEFT, HEIGHT + 24, "figure"));
    all.add(BarChart.text(Figures.share(widest), LEFT + WIDTH - 8, HEIGHT + 24, "figure"));
    all.add(BarChart.text("100 %", 0, 14, "figure"));
    all.add(BarChart.text("0", 0, HEIGHT + 6, "figure"));
    return BarChart.svg(description, all, HEIGHT + 30);
  }

  private Element circle(double cost, double share, String paint) {
    double x = LEFT + (widest == 0 ? 0 : WIDTH * Math.max(0, cost) / widest);
    return Element.of("circle")
        .with("cx", Figures.coordinate(x) + "%")
        .with("cy", Figures.coordinate(8 + (HEIGHT - 8) * (1 - share)))
        .with("r", "4")
        .classed(paint);
  }
}
