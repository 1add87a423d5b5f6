package dev.plumbline.host.report.html;

import dev.plumbline.host.WholeFile;
import dev.plumbline.host.report.summary.PrecisionSummary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Graphs of higher precision as a page that carries its style and fetches nothing.
 *
 * @param title of the page
 * @param below a line of small print
 */
public record PrecisionReport(String title, String below, PrecisionSummary summary) {
  /** Writes the page beside the file first, then moves it there. */
  public void write(Path file) {
    WholeFile.write(file, out -> out.write(html().getBytes(StandardCharsets.UTF_8)));
  }

  /** The text of the page. */
  public String html() {
    return Page.html(
        title,
        List.of(
            Page.masthead(title, below),
            Element.of("main", Element.of("section", PrecisionPanel.of(summary)).classed("pair"))));
  }
}
