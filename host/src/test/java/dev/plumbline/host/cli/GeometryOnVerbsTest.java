package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures that are larger than the model takes, through the verbs. Of 12 x 10 pixels made of
 * blocks of 2 x 2, {@code --resize 6x5 --interpolation nearest} takes one pixel of each block, and
 * {@code --crop 4x4} of that, as torchvision's CenterCrop, columns 1 to 4 and rows 0 to 3.
 */
class GeometryOnVerbsTest {
  private static final int WIDTH = 6;
  private static final int HEIGHT = 5;
  private static final Object[] TO_SIZE = {
    "--resize", "6x5", "--interpolation", "nearest", "--crop", "4x4"
  };

  @TempDir Path temp;
  private GreyFixture grey;
  private Path found;

  @BeforeEach
  void writeData() throws IOException {
    grey = new GreyFixture(temp);
    found = temp.resolve("found");
    write("dark/0.png", 20);
    write("dark/1.png", 180);
    write("light/0.png", 190);
    write("light/1.png", 200);
  }

  /** Each block is a little brighter than the one before. */
  private static int block(int base, int x, int y) {
    return base + x + WIDTH * y;
  }

  private void write(String name, int base) throws IOException {
    PictureShape shape = new PictureShape(1, 2 * HEIGHT, 2 * WIDTH);
    byte[] pixels = new byte[shape.bytes()];
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        pixels[y * shape.width() + x] = (byte) block(base, x / 2, y / 2);
      }
    }
    Path file = grey.data().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, PngFile.encode(new Picture(shape, pixels)));
  }

  private VerbAnswer search(Path original, Path compressed, Object... more) {
    Object[] args = {
      "search",
      "--original",
      original,
      "--compressed",
      compressed,
      "--data",
      grey.data(),
      "--out",
      found,
      "--steps",
      4,
      "--json",
      "--accelerator",
      "cpu"
    };
    return grey.run(VerbAnswer.with(VerbAnswer.with(args, TO_SIZE), more)).done();
  }

  /** Whatever the file's size, the label of a picture of the corpus is told by its mean alone. */
  private static double mean(Path picture) throws IOException {
    BufferedImage image = ImageIO.read(picture.toFile());
    assertEquals(List.of(4, 4), List.of(image.getWidth(), image.getHeight()));
    double sum = 0;
    for (int i = 0; i < 16; i++) {
      sum += image.getRaster().getSample(i % 4, i / 4, 0);
    }
    return sum / 16;
  }

  /** Labels of the corpus by picture, of every judge that is asked, are those of the mean. */
  private void judgedByTheMean(double threshold) throws IOException {
    int judged = 0;
    for (String line : Files.readAllLines(found.resolve("inputs.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      double mean = mean(found.resolve(row.get("picture").asText()));
      JsonNode label = row.at("/verdicts/host/label");
      assertTrue(label.isInt(), line);
      assertEquals(mean > threshold ? 1 : 0, label.asInt(), line);
      judged++;
    }
    assertTrue(judged >= 3, "of " + judged);
  }

  @Test
  void aCorpusMadeWithAGeometryIsReplayedOnTheModelsResolution() throws IOException {
    Path original = grey.writeModel("original", 0.5f);
    Path compressed = grey.writeModel("compressed", 0.9f);
    search(original, compressed);
    Corpus corpus = Corpus.open(found);
    byte[] expected = new byte[16];
    for (int i = 0; i < 16; i++) {
      expected[i] = (byte) block(180, 1 + i % 4, i / 4);
    }
    int seed = seedOf("dark/1.png");
    assertArrayEquals(expected, corpus.seedPicture(seed).pixels());
    JsonNode header = new ObjectMapper().readTree(found.resolve("corpus.json").toFile());
    assertEquals("6x5", header.at("/preprocessing/resize").asText(), header.toString());
    assertEquals("4x4", header.at("/preprocessing/crop").asText());
    judgedByTheMean(0.9 * 255);
    // Replayed on another model, and with clean pictures of the files' size beside.
    Path repaired = grey.writeModel("repaired", 0.5f);
    JsonNode answer =
        grey.run(
                "check",
                "--corpus",
                found,
                "--model",
                repaired,
                "--data",
                grey.data(),
                "--original",
                original,
                "--json",
                "--accelerator",
                "cpu")
            .done()
            .json();
    assertEquals(0, answer.at("/judges/0/new").size(), answer.toString());
    assertTrue(answer.at("/judges/0/judged").asInt() >= corpus.inputs().size(), answer.toString());
    grey.run("check", "--corpus", found, "--model", compressed, "--accelerator", "cpu");
    judgedByTheMean(0.9 * 255);
  }

  private int seedOf(String name) {
    // By file name, then class: dark/0, light/0, dark/1, light/1.
    return List.of("dark/0.png", "light/0.png", "dark/1.png", "light/1.png").indexOf(name);
  }

  @Test
  void aSearchOnTheScaleOf255FindsWhatTheModelsOnThatScaleTellApart() throws IOException {
    Path original = bare("original", 127.5f);
    Path compressed = bare("compressed", 229.5f);
    JsonNode answer =
        search(original, compressed, "--scale", "1", "--mean", "0", "--std", "1").json();
    assertTrue(answer.get("effective").asInt() > 0, answer.toString());
    assertEquals(
        "1",
        new ObjectMapper()
            .readTree(found.resolve("corpus.json").toFile())
            .at("/preprocessing/scale")
            .asText());
    judgedByTheMean(229.5);
    for (String line : Files.readAllLines(found.resolve("inputs.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.at("/verdicts/host/deviates").asBoolean()) {
        double mean = mean(found.resolve(row.get("picture").asText()));
        assertTrue(mean > 127.5 && mean < 229.5, line);
      }
    }
  }

  private Path bare(String name, float threshold) {
    Path file = temp.resolve(name + "-255.onnx");
    GreyFixture.model(name, threshold).write(file);
    return file;
  }

  @Test
  void aModelTrainedOnResizedPicturesTakesPicturesOfAnySize() throws IOException {
    Path model = temp.resolve("trained.onnx");
    VerbAnswer.of(
            VerbAnswer.with(
                new Object[] {
                  "train",
                  "--arch",
                  "resnet8",
                  "--data",
                  grey.data(),
                  "--epochs",
                  1,
                  "--out",
                  model,
                  "--json",
                  "--accelerator",
                  "cpu"
                },
                "--resize",
                "24x20",
                "--interpolation",
                "nearest",
                "--crop",
                "16x16"))
        .done();
    JsonNode metadata =
        VerbAnswer.of("inspect", model, "--json").done().json().get("preprocessing");
    Map<String, String> texts = new TreeMap<>();
    metadata.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    assertEquals("24x20", texts.get("resize"), texts.toString());
    assertEquals("16x16", texts.get("crop"), texts.toString());
    double sum = 0;
    for (int base : new int[] {20, 180, 190, 200}) {
      // Each pixel twice, each block four times: columns 4 to 19 and rows 2 to 17 stay.
      for (int i = 0; i < 256; i++) {
        sum += block(base, (4 + i % 16) / 4, (2 + i / 16) / 4) / 255.0;
      }
    }
    // The mean of the cropped pictures, which is not that of the whole files; float32.
    assertEquals(sum / 1024, metadata.get("mean").get(0).asDouble(), 1e-6);
    VerbAnswer answer = VerbAnswer.of("evaluate", model, "--data", grey.data(), "--json").done();
    assertEquals(4, answer.json().get("pictures").asInt());
  }
}
