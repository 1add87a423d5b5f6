package dev.plumbline.host.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A self-contained HTML page in the look of Plumbline: no script, nothing fetched. */
public final class Page {
  /** What a page may do, for its own meta element and for a server's header. */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'";

  private static final String STYLE = resource("page.css");

  private Page() {}

  /**
   * @param title of the window
   * @param body what the page shows
   * @return the text of the HTML file
   */
  public static String html(String title, List<Element> body) {
    Element head =
        Element.of(
            "head",
            Element.of("meta").with("charset", "utf-8"),
            Element.of("meta")
                .with("http-equiv", "Content-Security-Policy")
                .with("content", CONTENT_SECURITY_POLICY),
            Element.of("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1"),
            Element.of("meta").with("name", "color-scheme").with("content", "light dark"),
            // An empty icon keeps browsers from asking a server for one.
            Element.of("link").with("rel", "icon").with("href", "data:,"),
            Element.text("title", title),
            Element.text("style", STYLE));
    return "<!DOCTYPE html>\n"
        + Element.of("html", head, Element.of("body").add(body)).with("lang", "en").markup()
        + "\n";
  }

  /**
   * The head of a page: the mark, a title, a line below it.
   *
   * @param title the page's only h1
   * @param below a line of small print
   */
  public static Element masthead(String title, String below) {
    return Element.of(
            "header",
            mark(),
            Element.of("div", Element.text("h1", title), Element.text("p", below).classed("quiet")))
        .classed("masthead");
  }

  /** A plumb line: a beam, a cord and a bob. */
  private static Element mark() {
    return Element.of(
            "svg",
            Element.of("path").with("d", "M6 4H34").classed("mark-beam"),
            Element.of("path").with("d", "M20 4V30").classed("mark-cord"),
            Element.of("path").with("d", "M14 29H26L24 37L20 44L16 37Z").classed("mark-bob"))
        .classed("mark")
        .with("viewBox", "0 0 40 48")
        .with("aria-hidden", "true");
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + name, e);
    }
  }
}
