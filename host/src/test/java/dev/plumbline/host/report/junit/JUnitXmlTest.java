package dev.plumbline.host.report.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.report.summary.Samples;
import java.io.StringReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class JUnitXmlTest {
  private static final JUnitXml XML =
      new JUnitXml(
          "plumbline check",
          Samples.CREATED,
          List.of(
              new CheckSuite(
                  "cortex-a76",
                  List.of(
                      CheckCase.passed("valid", 0.25),
                      CheckCase.failed("effective", 1.5, "3 new deviations, at most 0 allowed"),
                      CheckCase.skipped("invalid", "the corpus keeps none"))),
              new CheckSuite(
                  "jetson <&\"' \u0000\uD800",
                  List.of(CheckCase.error("<script>alert(1)</script>", 0, "lost ]]> & gone")))));

  @Test
  void it_holds_to_the_schema_that_build_servers_share() throws Exception {
    validate(XML.xml());
    validate(new JUnitXml("nothing", Samples.CREATED, List.of()).xml());
  }

  @Test
  void the_schema_of_the_test_refuses_what_is_wrong() {
    String wrong = XML.xml().replace("errors=", "mistakes=");
    assertThrows(org.xml.sax.SAXException.class, () -> validate(wrong));
  }

  @Test
  void a_suite_counts_its_cases_and_the_whole_counts_the_suites() throws Exception {
    Element root = parse(XML.xml()).getDocumentElement();
    assertEquals(
        List.of("4", "1", "1", "1.750"),
        List.of(
            root.getAttribute("tests"),
            root.getAttribute("failures"),
            root.getAttribute("errors"),
            root.getAttribute("time")));
    Element suite = (Element) root.getElementsByTagName("testsuite").item(0);
    assertEquals(
        List.of("3", "1", "0", "1", "1.750", "2026-11-03T14:05:09", "cortex-a76"),
        List.of(
            suite.getAttribute("tests"),
            suite.getAttribute("failures"),
            suite.getAttribute("errors"),
            suite.getAttribute("skipped"),
            suite.getAttribute("time"),
            suite.getAttribute("timestamp"),
            suite.getAttribute("hostname")));
  }

  @Test
  void a_failure_says_why() throws Exception {
    Element failure = (Element) parse(XML.xml()).getElementsByTagName("failure").item(0);
    assertEquals("3 new deviations, at most 0 allowed", failure.getAttribute("message"));
    assertEquals("effective", ((Element) failure.getParentNode()).getAttribute("name"));
  }

  @Test
  void names_with_markup_and_forbidden_characters_stay_text() throws Exception {
    Document document = parse(XML.xml());
    Element suite = (Element) document.getElementsByTagName("testsuite").item(1);
    assertEquals("jetson <&\"' \uFFFD\uFFFD", suite.getAttribute("name"));
    Element check = (Element) suite.getElementsByTagName("testcase").item(0);
    assertEquals("<script>alert(1)</script>", check.getAttribute("name"));
    assertEquals(0, document.getElementsByTagName("script").getLength());
  }

  @Test
  void the_file_is_utf_8_and_whole(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("junit/result.xml");
    XML.write(file);
    assertEquals(XML.xml(), Files.readString(file, StandardCharsets.UTF_8));
  }

  private static void validate(String xml) throws Exception {
    URL schema = JUnitXmlTest.class.getResource("junit.xsd");
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(schema)
        .newValidator()
        .validate(new StreamSource(new StringReader(xml)));
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
