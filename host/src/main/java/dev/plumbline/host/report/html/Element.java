package dev.plumbline.host.report.html;

import dev.plumbline.host.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTML or SVG element under construction. Text and attribute values are escaped here, once, and
 * there is no way to add markup as a string; so whatever a user named a class or a file, it stays
 * text.
 */
public final class Element {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");

  private static final Set<String> VOID = Set.of("meta", "link", "img", "br", "hr", "col");

  /** Elements after which a line break shows nowhere: they keep the file readable. */
  private static final Set<String> OWN_LINE =
      Set.of(
          "head", "meta", "link", "title", "style", "body", "header", "main", "footer", "nav",
          "section", "article", "div", "p", "h1", "h2", "h3", "ul", "li", "dl", "figure", "table",
          "caption", "thead", "tbody", "tr", "svg", "g");

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  // Elements, and text as String.
  private final List<Object> children = new ArrayList<>();

  private Element(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("an element named \"" + name + "\"");
    }
    this.name = name;
  }

  /** An element with other elements in it. */
  public static Element of(String name, Element... children) {
    return new Element(name).add(children);
  }

  /** An element with text in it. */
  public static Element text(String name, String text) {
    return new Element(name).say(text);
  }

  /** Sets an attribute. */
  public Element with(String attribute, String value) {
    if (!NAME.matcher(attribute).matches()) {
      throw new IllegalArgumentException("an attribute named \"" + attribute + "\"");
    }
    attributes.put(attribute, value);
    return this;
  }

  /** Sets the attribute {@code class}. */
  public Element classed(String classes) {
    return with("class", classes);
  }

  /** Appends elements. */
  public Element add(Element... more) {
    children.addAll(List.of(more));
    return this;
  }

  /** Appends elements. */
  public Element add(List<Element> more) {
    children.addAll(more);
    return this;
  }

  /** Appends text. */
  public Element say(String text) {
    children.add(text);
    return this;
  }

  /** The markup of the element and all that is in it. */
  public String markup() {
    StringBuilder out = new StringBuilder();
    appendTo(out);
    return out.toString();
  }

  @Override
  public String toString() {
    return markup();
  }

  private void appendTo(StringBuilder out) {
    out.append('<').append(name);
    attributes.forEach(
        (attribute, value) -> {
          out.append(' ').append(attribute).append("=\"");
          escape(value, out);
          out.append('"');
        });
    out.append('>');
    if (!VOID.contains(name)) {
      for (Object child : children) {
        if (child instanceof Element element) {
          element.appendTo(out);
        } else if (name.equals("style")) {
          appendStyle((String) child, out);
        } else {
          escape((String) child, out);
        }
      }
      out.append("</").append(name).append('>');
    } else if (!children.isEmpty()) {
      throw new IllegalStateException("content in <" + name + ">, which takes none");
    }
    if (OWN_LINE.contains(name)) {
      out.append('\n');
    }
  }

  /** HTML does not decode entities in a style sheet, so one that would end early is refused. */
  private static void appendStyle(String css, StringBuilder out) {
    if (css.contains("<")) {
      throw new IllegalArgumentException("a style sheet with < in it");
    }
    out.append(css);
  }

  private static void escape(String text, StringBuilder out) {
    for (char c : PlainText.of(text).toCharArray()) {
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
  }
}
