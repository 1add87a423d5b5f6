package dev.plumbline.host.report.junit;

import dev.plumbline.host.PlainText;
import dev.plumbline.host.WholeFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The result of a gate as JUnit XML, which build servers read: a suite for each device, a case for
 * each class of pictures.
 */
public final class JUnitXml {
  // The schema's time has no zone; readers take it as UTC.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String name;
  private final Instant started;
  private final List<CheckSuite> suites;

  /**
   * @param name of the whole check
   * @param started when
   * @param suites one for each device
   */
  public JUnitXml(String name, Instant started, List<CheckSuite> suites) {
    this.name = name;
    this.started = started;
    this.suites = List.copyOf(suites);
  }

  /** Writes the XML beside the file first, then moves it there. */
  public void write(Path file) {
    WholeFile.write(file, out -> out.write(xml().getBytes(StandardCharsets.UTF_8)));
  }

  /** The text of the file. */
  public String xml() {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      attribute(xml, "name", name);
      totals(xml, suites);
      for (CheckSuite suite : suites) {
        suite(xml, suite);
      }
      close(xml, 0);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("cannot write JUnit XML to memory", e);
    }
    return text + "\n";
  }

  private void suite(XMLStreamWriter xml, CheckSuite suite) throws XMLStreamException {
    open(xml, 1, "testsuite");
    attribute(xml, "name", suite.device());
    totals(xml, List.of(suite));
    attribute(xml, "skipped", String.valueOf(suite.count(CheckCase.Result.SKIPPED)));
    attribute(xml, "timestamp", TIME.format(started));
    attribute(xml, "hostname", suite.device());
    for (CheckCase check : suite.cases()) {
      open(xml, 2, "testcase");
      attribute(xml, "classname", name + "." + suite.device());
      attribute(xml, "name", check.name());
      attribute(xml, "time", seconds(check.seconds()));
      if (check.result() != CheckCase.Result.PASSED) {
        result(xml, check);
        close(xml, 2);
      } else {
        xml.writeEndElement();
      }
    }
    close(xml, 1);
  }

  private static void result(XMLStreamWriter xml, CheckCase check) throws XMLStreamException {
    switch (check.result()) {
      case FAILED -> {
        open(xml, 3, "failure");
        attribute(xml, "message", check.message());
        attribute(xml, "type", "deviation");
      }
      case ERROR -> {
        open(xml, 3, "error");
        attribute(xml, "message", check.message());
        attribute(xml, "type", "device");
      }
      case SKIPPED -> {
        open(xml, 3, "skipped");
        attribute(xml, "message", check.message());
      }
      case PASSED -> throw new IllegalArgumentException("a passed check has nothing to tell");
    }
    xml.writeEndElement();
  }

  private static void totals(XMLStreamWriter xml, List<CheckSuite> of) throws XMLStreamException {
    attribute(xml, "tests", sum(of, suite -> suite.cases().size()));
    attribute(xml, "failures", sum(of, suite -> suite.count(CheckCase.Result.FAILED)));
    attribute(xml, "errors", sum(of, suite -> suite.count(CheckCase.Result.ERROR)));
    attribute(xml, "time", seconds(of.stream().mapToDouble(CheckSuite::seconds).sum()));
  }

  private static String sum(List<CheckSuite> suites, ToLongFunction<CheckSuite> of) {
    return String.valueOf(suites.stream().mapToLong(of).sum());
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, PlainText.of(value));
  }

  private static void open(XMLStreamWriter xml, int depth, String name) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeStartElement(name);
  }

  private static void close(XMLStreamWriter xml, int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
    xml.writeEndElement();
  }
}
