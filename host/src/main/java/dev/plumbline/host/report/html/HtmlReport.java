package dev.plumbline.host.report.html;

import dev.plumbline.host.WholeFile;
import dev.plumbline.host.report.summary.Summary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The report of a job: one HTML page that carries its style and pictures, runs no script and
 * fetches nothing.
 */
public final class HtmlReport {
  /** How the file is called in a job's folder. */
  public static final String FILE_NAME = "report.html";

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Summary summary;
  private final String title;
  private final String beside;
  private final List<PairSection> sections = new ArrayList<>();

  /**
   * @param summary the figures
   * @param title of the page
   * @param reports what there is to show of the pairs beyond the figures; a pair may have none
   */
  public HtmlReport(Summary summary, String title, List<PairReport> reports) {
    this(
        summary,
        title,
        reports,
        " The figures of this page are in " + Summary.FILE_NAME + " beside it.");
  }

  private HtmlReport(Summary summary, String title, List<PairReport> reports, String beside) {
    this.beside = beside;
    this.summary = summary;
    this.title = title;
    Map<String, PairReport> byName =
        reports.stream().collect(Collectors.toMap(PairReport::name, Function.identity()));
    byName
        .keySet()
        .forEach(
            name -> {
              if (!summary.pairs().containsKey(name)) {
                throw new IllegalArgumentException("no figures of the pair \"" + name + "\"");
              }
            });
    summary
        .pairs()
        .forEach(
            (name, pair) ->
                sections.add(
                    new PairSection(pair, byName.getOrDefault(name, PairReport.untold(name)))));
  }

  /** A page that stands alone, without a file of its figures. */
  public static HtmlReport alone(Summary summary, String title, List<PairReport> reports) {
    return new HtmlReport(summary, title, reports, "");
  }

  /** The text of the page. */
  public String html() {
    Element verdicts = Element.of("div").classed("verdicts-of-pairs");
    Element main = Element.of("main", verdicts);
    for (PairSection section : sections) {
      verdicts.add(section.verdict());
      main.add(section.element());
    }
    return Page.html(
        title,
        List.of(
            Page.masthead(title, date(summary.created()) + ", Plumbline " + summary.toolVersion()),
            main,
            Element.of(
                "footer",
                Element.text(
                        "p",
                        "Deviation: a picture on which the original keeps the decision on the seed"
                            + " and the compressed model does not."
                            + beside)
                    .classed("quiet"))));
  }

  /** Writes the page beside the file first, then moves it there. */
  public void write(Path file) {
    WholeFile.write(file, out -> out.write(html().getBytes(StandardCharsets.UTF_8)));
  }

  /** An instant of a summary, for people. */
  public static String date(String created) {
    return DAY.format(Instant.parse(created));
  }
}
