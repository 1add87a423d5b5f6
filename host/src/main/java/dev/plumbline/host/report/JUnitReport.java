package dev.plumbline.host.report;

import dev.plumbline.host.WholeFile;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.device.RegressionCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A check of the fleet as JUnit XML: a suite per judge, a case per picture. */
public final class JUnitReport {
  private JUnitReport() {}

  /** Writes the file whole, or not at all. */
  public static void write(Path file, List<RegressionCheck> checks) {
    WholeFile.write(file, out -> write(out, checks));
  }

  private static void write(OutputStream out, List<RegressionCheck> checks) throws IOException {
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newInstance().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("testsuites");
      for (RegressionCheck check : checks) {
        suite(xml, check);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("JUnit XML: " + e.getMessage(), e);
    }
  }

  private static void suite(XMLStreamWriter xml, RegressionCheck check) throws XMLStreamException {
    Set<String> fresh = new HashSet<>();
    check.fresh().stream().map(CorpusInput::id).forEach(fresh::add);
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", check.judge().id());
    xml.writeAttribute("tests", Integer.toString(check.verdicts().size()));
    xml.writeAttribute("failures", Integer.toString(fresh.size()));
    xml.writeAttribute("errors", "0");
    for (var entry : check.verdicts().entrySet()) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", check.judge().id());
      xml.writeAttribute("name", entry.getKey());
      if (fresh.contains(entry.getKey())) {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", "a new deviation: label " + entry.getValue().label());
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
