package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * Horizontal bars in SVG. Lengths are percentages and heights are pixels, so the chart is as wide
 * as its place while its text keeps its size, on a phone as on paper.
 */
final class BarChart {
  private static final int LABEL_HEIGHT = 20;
  private static final int BAR_HEIGHT = 20;
  private static final int BAR_GAP = 4;
  private static final int ROW_GAP = 14;

  /** Percent of the chart that the longest bar with its figure behind it takes. */
  private static final double LONGEST_BAR = 78;

  /**
   * A bar, or a part of one.
   *
   * @param name what it stands for
   * @param paint class of the style sheet that colours it
   * @param value its length
   * @param figure its value, for people
   */
  record Bar(String name, String paint, double value, String figure) {}

  /** A named row of bars. */
  record Row(String label, List<Bar> bars) {}

  private BarChart() {}

  /**
   * Rows of one bar each, its parts end to end.
   *
   * @param description what a reader who cannot see the chart is told
   * @param whole value as long as the chart is wide
   */
  static Element stacked(String description, List<Row> rows, double whole) {
    List<Element> drawn = new ArrayList<>();
    double y = 0;
    for (Row row : rows) {
      drawn.add(label(row.label(), y));
      y += LABEL_HEIGHT;
      drawn.add(box(0, y, 100, "track"));
      double x = 0;
      for (Bar bar : row.bars()) {
        double width = whole > 0 ? 100 * bar.value() / whole : 0;
        drawn.add(titled(box(x, y, width, bar.paint()), bar));
        if (fits(bar.figure(), width)) {
          drawn.add(text(bar.figure(), x, y + 14.5, "on-" + bar.paint()).with("dx", "8"));
        }
        x += width;
      }
      y += BAR_HEIGHT + ROW_GAP;
    }
    return svg(description, drawn, y - ROW_GAP);
  }

  /**
   * Rows of bars one below the other, each with its figure behind it.
   *
   * @param description what a reader who cannot see the chart is told
   * @param longest value of the longest bar that there can be
   */
  static Element grouped(String description, List<Row> rows, double longest) {
    List<Element> drawn = new ArrayList<>();
    double y = 0;
    for (Row row : rows) {
      drawn.add(label(row.label(), y));
      y += LABEL_HEIGHT;
      for (Bar bar : row.bars()) {
        double width = longest > 0 ? LONGEST_BAR * bar.value() / longest : 0;
        drawn.add(titled(box(0, y, width, bar.paint()), bar));
        drawn.add(text(bar.figure(), width, y + 14.5, "figure").with("dx", "6"));
        y += BAR_HEIGHT + BAR_GAP;
      }
      y += ROW_GAP - BAR_GAP;
    }
    return svg(description, drawn, y - ROW_GAP);
  }

  /** What the colours stand for, as a list. */
  static Element legend(List<Bar> bars) {
    Element list = Element.of("ul").classed("legend");
    for (Bar bar : bars) {
      list.add(
          Element.of("li", Element.of("span").classed("swatch " + bar.paint())).say(bar.name()));
    }
    return list;
  }

  /** An SVG image as wide as its place. */
  static Element svg(String description, List<Element> drawn, double height) {
    return Element.of("svg")
        .classed("chart")
        .with("role", "img")
        .with("aria-label", description)
        .with("width", "100%")
        .with("height", Figures.coordinate(Math.max(height, 1)))
        .add(drawn);
  }

  /** Text at a place given in percent and pixels. */
  static Element text(String text, double xPercent, double y, String paint) {
    return Element.text("text", text)
        .with("x", Figures.coordinate(xPercent) + "%")
        .with("y", Figures.coordinate(y))
        .classed(paint);
  }

  /** Whether a figure fits into a part of a bar, even on a phone, where the chart is 300 pixels. */
  private static boolean fits(String figure, double widthPercent) {
    return 3 * widthPercent > 8 * figure.length() + 14;
  }

  private static Element label(String label, double y) {
    return text(label, 0, y + 13, "row-label");
  }

  private static Element box(double xPercent, double y, double widthPercent, String paint) {
    return Element.of("rect")
        .with("x", Figures.coordinate(xPercent) + "%")
        .with("y", Figures.coordinate(y))
        .with("width", Figures.coordinate(widthPercent) + "%")
        .with("height", String.valueOf(BAR_HEIGHT))
        .classed(paint);
  }

  private static Element titled(Element box, Bar bar) {
    return box.add(Element.text("title", bar.name() + ": " + bar.figure()));
  }
}
