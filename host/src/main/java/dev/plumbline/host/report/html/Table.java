package dev.plumbline.host.report.html;

import java.util.ArrayList;
import java.util.List;

/** A table with a caption, a header for every column and one for every row. */
public final class Table {
  private final String caption;
  private final List<String> columns;
  private final List<Element> rows = new ArrayList<>();
  private int figuresFrom = Integer.MAX_VALUE;

  /**
   * @param caption what the table shows
   * @param columns headers; the first stands over the rows' own headers
   */
  public Table(String caption, String... columns) {
    this.caption = caption;
    this.columns = List.of(columns);
  }

  /** Sets this column, counted from 0, and all after it flush right, as figures are compared. */
  public Table figuresFrom(int column) {
    figuresFrom = column;
    return this;
  }

  /** Adds a row of texts or figures, the first its header. */
  public Table row(String header, String... figures) {
    List<Element> cells = new ArrayList<>();
    for (String figure : figures) {
      cells.add(Element.text("td", figure));
    }
    return row(Element.text("th", header), cells);
  }

  /** Adds a row; {@code header} is a {@code th}, {@code cells} are {@code td}. */
  Table row(Element header, List<Element> cells) {
    if (cells.size() != columns.size() - 1) {
      throw new IllegalArgumentException(
          "a row of %d cells in a table of %d columns".formatted(cells.size() + 1, columns.size()));
    }
    for (int column = figuresFrom; column < columns.size(); column++) {
      cells.get(column - 1).classed("figures");
    }
    rows.add(Element.of("tr", header.with("scope", "row")).add(cells));
    return this;
  }

  /** The table, in a box that scrolls sideways where it is too wide. */
  public Element element() {
    Element head = Element.of("tr");
    for (int column = 0; column < columns.size(); column++) {
      Element header = Element.text("th", columns.get(column)).with("scope", "col");
      head.add(column >= figuresFrom ? header.classed("figures") : header);
    }
    return Element.of(
            "div",
            Element.of(
                "table",
                Element.text("caption", caption),
                Element.of("thead", head),
                Element.of("tbody").add(rows)))
        .classed("table")
        .with("role", "region")
        .with("aria-label", caption)
        .with("tabindex", "0");
  }
}
