package dev.plumbline.host.cli;

import dev.plumbline.host.cli.GreyFixture.Mutation;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/**
 * A corpus and clean pictures for a fleet to judge. Of the corpus, greys 100 and 115, the original
 * calls both dark and the compressed model the second light; the regressed one calls them light,
 * and of the clean pictures the grey of 95 too.
 */
final class FleetFixture {
  final Path original;
  final Path compressed;
  final Path regressed;
  final Path corpus;
  final Path data;
  private final GreyFixture grey;

  FleetFixture(Path folder) throws IOException {
    grey = new GreyFixture(folder);
    original = grey.writeModel("original", 0.5f);
    compressed = grey.writeModel("compressed", 0.42f);
    regressed = grey.writeModel("regressed", 0.3f);
    corpus =
        grey.writeCorpus(
            OnnxModel.read(original).sha256(),
            OnnxModel.read(compressed).sha256(),
            new Mutation(100, 0),
            new Mutation(115, 1));
    data = grey.data();
    grey.addPicture("dark/0.png", 20);
    grey.addPicture("dark/1.png", 95);
    grey.addPicture("light/2.png", 220);
    grey.addPicture("light/3.png", 230);
  }

  /** Adds a dark grey among the light ones: the data and the original label it differently. */
  void addPictureOfADisputedLabel() throws IOException {
    grey.addPicture("light/9.png", 95);
  }

  /** Calls a verb, with the fleet's database. */
  VerbAnswer run(Object... args) {
    return grey.run(args);
  }

  /** Adds a device of the name {@code board} to the fleet. */
  void addBoard(DeviceAddress address) {
    run("device", "add", "board", address, "--label", "site=plant-2,cpu=any").done();
  }

  /** By the schema that Jenkins publishes for what it reads. */
  static void requireJUnit(String xml) {
    try {
      SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
          .newSchema(FleetFixture.class.getResource("/dev/plumbline/host/report/junit/junit.xsd"))
          .newValidator()
          .validate(new StreamSource(new StringReader(xml)));
    } catch (SAXException | IOException e) {
      throw new AssertionError(xml, e);
    }
  }
}
