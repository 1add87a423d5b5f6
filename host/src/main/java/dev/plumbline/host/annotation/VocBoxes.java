package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Box;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * XML files as Pascal VOC has them: one for each picture, called as it is. Pixels count from 1 and
 * the last one is in the box. Difficult objects need not be found.
 */
final class VocBoxes {
  private static final int MAX_BYTES = 64 << 20;
  private static final String NO_DOCUMENT_TYPE =
      "http://apache.org/xml/features/disallow-doctype-decl";

  private VocBoxes() {}

  static List<FileBoxes> read(Path folder, List<Path> files, Dataset data) {
    ClassNumbers classes = ClassNumbers.of(data);
    Map<String, FileBoxes> noted = new LinkedHashMap<>();
    for (Path file : files) {
      noted.put(ObjectBoxes.picture(folder, file), read(file, classes));
    }
    return new PictureNames(data, false).inOrder(noted, folder);
  }

  private static FileBoxes read(Path file, ClassNumbers classes) {
    Element root = parse(file);
    List<FileBox> boxes = new ArrayList<>();
    for (Element object : children(root, "object")) {
      String where = file + " object " + (boxes.size() + 1);
      String name = text(object, "name", where);
      Element box =
          children(object, "bndbox").stream()
              .findFirst()
              .orElseThrow(() -> missing(where, "bndbox"));
      boolean difficult =
          children(object, "difficult").stream()
              .anyMatch(e -> e.getTextContent().strip().equals("1"));
      boxes.add(
          new FileBox(
              where,
              classes.of(name, where),
              number(box, "xmin", where) - 1,
              number(box, "ymin", where) - 1,
              number(box, "xmax", where),
              number(box, "ymax", where),
              difficult ? Box.Role.IGNORED : Box.Role.OBJECT));
    }
    Optional<Element> size = children(root, "size").stream().findFirst();
    return new FileBoxes(
        file.toString(),
        size.map(s -> (int) number(s, "width", file.toString())).filter(n -> n > 0),
        size.map(s -> (int) number(s, "height", file.toString())).filter(n -> n > 0),
        boxes);
  }

  /** Nothing that a file asks for is fetched, and no entity made larger. */
  private static Element parse(Path file) {
    byte[] bytes = InputFile.bytes("annotation", file, MAX_BYTES);
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature(NO_DOCUMENT_TYPE, true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      // The default one prints.
      builder.setErrorHandler(new Silent());
      Element root = builder.parse(new ByteArrayInputStream(bytes)).getDocumentElement();
      if (!root.getTagName().equals("annotation")) {
        throw new BadInputException(
            file + " has the root <" + root.getTagName() + ">, expected <annotation>");
      }
      return root;
    } catch (SAXParseException e) {
      throw new BadInputException(
          file
              + " is no XML that is read here (line "
              + e.getLineNumber()
              + "), expected well-formed XML without a document type",
          e);
    } catch (SAXException | IOException e) {
      throw new BadInputException(
          file + " is no XML that is read here, expected an annotation of Pascal VOC", e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("Java's XML parser knows these features", e);
    }
  }

  /** Errors are thrown and nothing is printed. */
  private static final class Silent implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {
      // What may be read is read.
    }

    @Override
    public void error(SAXParseException e) throws SAXParseException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXParseException {
      throw e;
    }
  }

  private static List<Element> children(Element of, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element of, String name, String where) {
    return children(of, name).stream()
        .findFirst()
        .map(e -> e.getTextContent().strip())
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> missing(where, name));
  }

  private static double number(Element of, String name, String where) {
    String text = text(of, name, where);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          where + " has '" + text + "' as " + name + ", expected a number", e);
    }
  }

  private static BadInputException missing(String where, String name) {
    return new BadInputException(where + " has no <" + name + ">, expected one");
  }
}
