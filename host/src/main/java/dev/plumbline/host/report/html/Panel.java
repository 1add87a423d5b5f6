package dev.plumbline.host.report.html;

/** A part of a pair's section: a heading, what it shows in words, and the showing. */
final class Panel {
  private Panel() {}

  static Element of(String title, String below, Element... content) {
    Element panel = Element.of("section", Element.text("h3", title)).classed("panel");
    if (!below.isEmpty()) {
      panel.add(Element.text("p", below).classed("quiet"));
    }
    return panel.add(content);
  }
}
