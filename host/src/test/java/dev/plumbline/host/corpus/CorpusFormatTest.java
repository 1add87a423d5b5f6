package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Threshold;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a corpus of format version 1 that was not written by this code, whole and then spoiled. */
class CorpusFormatTest {
  private static final String ORIGINAL = "a".repeat(64);
  private static final String COMPRESSED = "0123456789abcdef".repeat(4);

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void copyTheFixture() throws IOException, URISyntaxException {
    folder = fixture(temp.resolve("corpus"));
  }

  static Path fixture(Path to) throws IOException, URISyntaxException {
    Path fixture = Path.of(CorpusFormatTest.class.getResource("version1").toURI());
    try (Stream<Path> files = Files.walk(fixture)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(fixture.relativize(file).toString()));
      }
    }
    return to;
  }

  @Test
  void theHeaderOfVersionOneIsRead() {
    CorpusHeader header = Corpus.open(folder).header();
    assertEquals(CorpusHeader.FORMAT_VERSION, header.formatVersion());
    assertEquals(Classification.PLAIN, header.task());
    assertEquals(ORIGINAL, header.originalSha256());
    assertEquals(COMPRESSED, header.compressedSha256());
    assertEquals(
        new Preprocessing(
            List.of(0.2861f),
            List.of(0.353f),
            Preprocessing.Layout.NCHW,
            Preprocessing.ChannelOrder.RGB),
        header.preprocessing());
    assertEquals(new PictureShape(1, 2, 3), header.shape());
    assertEquals(List.of("shirt", "shoe", "bag"), header.classNames());
    assertEquals(
        Map.of(
            "algorithm",
            "compd",
            "steps",
            10,
            "random_seed",
            42,
            "data",
            "models/fashion-mnist",
            "split",
            "test",
            "range",
            "0:1000",
            "rate",
            0.9,
            "clip",
            List.of(0.1246)),
        header.settings());
    assertEquals(3, header.kept());
    assertEquals(
        new CorpusCounts(1000, 3, 1, 1, 1, 1, 0.08164965809277261, 0.2, 0), header.counts());
    assertEquals(
        List.of(
            new JudgeInfo(
                "host",
                JudgeKind.HOST,
                "x86_64",
                "ONNX Runtime 1.29.0",
                "CPUExecutionProvider",
                "Some Processor",
                List.of("avx512_vnni"),
                2,
                64,
                COMPRESSED)),
        header.judges());
  }

  @Test
  void theRowsAndPicturesOfVersionOneAreRead() {
    Corpus corpus = Corpus.open(folder);
    assertEquals(
        new CorpusInput(
            "000012-001",
            12,
            1,
            "pictures/000012-001.png",
            PictureClass.EFFECTIVE,
            Label.known(0),
            new Label(0, 0.75f),
            new Label(1, 0.5f),
            0.08164965809277261,
            0.2,
            Optional.empty(),
            Map.of("host", Verdict.decided(true, new Label(1, 0.625f))),
            Optional.empty(),
            Optional.empty()),
        corpus.inputs().get(0));
    assertEquals(3, corpus.inputs().size());
    assertEquals(PictureClass.INVALID, corpus.inputs().get(1).pictureClass());
    assertEquals(Map.of(), corpus.inputs().get(1).verdicts());
    assertArrayEquals(
        new byte[] {0, 51, 102, (byte) 153, (byte) 204, (byte) 204},
        corpus.picture(corpus.inputs().get(0)).pixels());
    assertArrayEquals(
        new byte[] {0, 51, 102, (byte) 153, (byte) 204, (byte) 255},
        corpus.seedPicture(12).pixels());
    assertEquals("pictures/seed-000012.png", Corpus.seedPicturePath(12, new PictureShape(3, 2, 2)));
  }

  @Test
  void theDistancesAndCountsOfTheFixtureFollowFromItsPictures() {
    Corpus corpus = Corpus.open(folder);
    for (CorpusInput input : corpus.inputs()) {
      PictureDistance distance =
          PictureDistance.between(corpus.seedPicture(input.seed()), corpus.picture(input));
      // The fixture's numbers were reckoned by another program; a few roundings may differ.
      assertEquals(input.rms(), distance.rms(), 1e-15, input.id());
      assertEquals(input.linf(), distance.linf(), 1e-15, input.id());
    }
    assertEquals(corpus.header().counts(), CorpusCounts.of(1000, corpus.inputs()));
  }

  @Test
  void whatIsReadIsWrittenAgainWithTheSameKeysAndValuesInTheNewestVersion() throws IOException {
    Corpus corpus = Corpus.open(folder);
    ObjectMapper json = new ObjectMapper();
    JsonNode header = json.readTree(Files.readString(folder.resolve("corpus.json")));
    List<String> rows = Files.readAllLines(folder.resolve("inputs.jsonl"));
    CorpusFiles.writeHeader(folder, corpus.header());
    CorpusFiles.writeInputs(folder, corpus.inputs());
    // What version 1 leaves unsaid, the version that is written says.
    ((ObjectNode) header).put("format_version", 2);
    ((ObjectNode) header).set("task", json.valueToTree(Classification.PLAIN.json()));
    assertEquals(header, json.readTree(Files.readString(folder.resolve("corpus.json"))));
    List<String> again = Files.readAllLines(folder.resolve("inputs.jsonl"));
    assertEquals(rows.size(), again.size());
    for (int i = 0; i < rows.size(); i++) {
      ObjectNode before = (ObjectNode) json.readTree(rows.get(i));
      // Written since, so that every verdict has the same keys.
      before
          .get("verdicts")
          .forEach(
              verdict ->
                  ((ObjectNode) verdict)
                      .put("outcome", verdict.get("deviates").asBoolean() ? "deviates" : "agrees"));
      assertEquals(before, json.readTree(again.get(i)));
    }
  }

  @Test
  void otherModelsThanThoseOfTheSearchAreRefused() {
    Corpus corpus = Corpus.open(folder);
    assertDoesNotThrow(() -> corpus.requireModels(ORIGINAL, COMPRESSED));
    assertDoesNotThrow(() -> corpus.requireModels(null, COMPRESSED));
    String other = "b".repeat(64);
    Refusal.says(
        () -> corpus.requireModels(other, COMPRESSED),
        folder.toString(),
        "another original",
        other,
        "expected " + ORIGINAL);
    Refusal.says(
        () -> corpus.requireModels(ORIGINAL, other), "another compressed model", COMPRESSED);
  }

  @Test
  void anUnknownOrMissingFormatVersionIsRefused() throws IOException {
    change("corpus.json", "\"format_version\": 1", "\"format_version\": 3");
    Refusal.says(this::open, "corpus.json", "format_version 3", "expected 1 or 2");
    change("corpus.json", "\"format_version\": 3,", "");
    Refusal.says(this::open, "corpus.json", "format_version (none)", "expected 1 or 2");
  }

  @Test
  void versionTwoNamesTheTaskOfItsDecisions() throws IOException {
    change(
        "corpus.json",
        "\"format_version\": 1",
        "\"task\": {\"kind\": \"classification\", \"threshold\": 0.9, \"otherwise\": 1},"
            + " \"format_version\": 2");
    assertEquals(
        new Classification(Optional.of(new Threshold(0.9, 1))),
        Corpus.open(folder).header().task());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\": \"detection\"}",
        "{\"kind\": \"classification\", \"threshold\": 0.9}",
        "{\"kind\": \"classification\", \"threshold\": 9, \"otherwise\": 1}",
        "{\"kind\": \"classification\", \"iou\": 0.5}",
        "[]",
        "null"
      })
  void aTaskThatIsNoneIsRefused(String task) throws IOException {
    change("corpus.json", "\"format_version\": 1", "\"task\": " + task + ", \"format_version\": 2");
    Refusal.says(this::open, "corpus.json", "header of a corpus");
  }

  @Test
  void aFolderThatIsNoCorpusOrNotThereIsRefused() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Refusal.says(() -> Corpus.open(empty), empty + " is no corpus", "corpus.json");
    Path none = temp.resolve("none");
    Refusal.says(() -> Corpus.open(none), none + " is no folder", "expected a corpus");
  }

  @ParameterizedTest
  @CsvSource({
    "inputs.jsonl, inputs.jsonl",
    "pictures/000012-002.png, 000012-002",
    "pictures/seed-000700.png, 000700-001"
  })
  void aMissingFileIsRefused(String file, String named) throws IOException {
    Files.delete(folder.resolve(file));
    Refusal.says(this::open, folder + " is no whole corpus", file, named);
  }

  @Test
  void aHeaderThatDoesNotParseIsRefused() throws IOException {
    change("corpus.json", "\"kept\": 3,", "\"kept\": 3,,");
    Refusal.says(this::open, "corpus.json cannot be read as the header");
    change("corpus.json", "\"kept\": 3,,", "\"kept\": 3, \"more\": 1,");
    Refusal.says(this::open, "corpus.json", "more");
    change("corpus.json", "\"kept\": 3, \"more\": 1,", "");
    Refusal.says(this::open, "corpus.json", "kept");
    Files.writeString(folder.resolve("corpus.json"), "");
    Refusal.says(this::open, "corpus.json");
  }

  @Test
  void settingsThatCannotBeReplayedAreRefused() throws IOException {
    change("corpus.json", "\"random_seed\": 42,", "");
    Refusal.says(this::open, "corpus.json", "lack random_seed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The second row is spoiled each time.
        "\"rms\": 0.115|\"rms\": x0.115|Unrecognized token",
        "\"step\": 2,||step",
        "\"step\": 2,|\"step\": 2, \"step\": 3,|step",
        "\"step\": 2,|\"step\": 2.5,|2.5",
        "\"step\": 2,|\"step\": null,|in 'step': Cannot map `null`",
        "\"step\": 2,|\"step\": 2, \"stride\": 2,|stride",
        "\"class\": \"invalid\"|\"class\": \"wrong\"|wrong",
        "\"class\": \"invalid\"|\"class\": \"valid\"|the decisions make it INVALID",
        "\"linf\": 0.2|\"linf\": 51|outside 0 to 1",
        "pictures/000012-002.png|pictures/../../etc/passwd|no path of a file in pictures/",
        "pictures/000012-002.png|/etc/passwd|no path of a file in pictures/",
        "\"verdicts\": {}|\"verdicts\": {\"pi\": {\"deviates\": true, \"label\": 1, \"confidence\":"
            + " 0.5}}|pi",
        "\"verdicts\": {}|\"verdicts\": {\"host\": null}|a judge without verdict",
        "\"id\": \"000012-002\"|\"id\": \"000012-001\"|was there before",
      })
  void aRowThatDoesNotParseIsRefusedWithItsLine(String good, String bad, String why)
      throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve("inputs.jsonl"));
    String spoiled = rows.get(1).replace(good, bad == null ? "" : bad);
    Files.writeString(
        folder.resolve("inputs.jsonl"), rows.get(0) + "\n" + spoiled + "\n" + rows.get(2) + "\n");
    Refusal.says(this::open, "inputs.jsonl line 2 cannot be read as an input", why);
  }

  @Test
  void rowsThatAreCutOffAreRefused() throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve("inputs.jsonl"));
    Files.writeString(folder.resolve("inputs.jsonl"), rows.get(0) + "\n" + rows.get(1) + "\n");
    Refusal.says(this::open, "inputs.jsonl has 2 rows", "expected 3");
    Files.writeString(
        folder.resolve("inputs.jsonl"), rows.get(0) + "\n" + rows.get(1).substring(0, 50));
    Refusal.says(this::open, "inputs.jsonl line 2");
  }

  @Test
  void aPictureOfAnotherSizeIsRefusedWhenItIsRead() throws IOException {
    change("corpus.json", "\"width\": 3", "\"width\": 4");
    Corpus corpus = Corpus.open(folder);
    Refusal.says(() -> corpus.picture(corpus.inputs().get(0)), "000012-001.png", "1x2x3", "1x2x4");
  }

  private void open() {
    Corpus.open(folder);
  }

  private void change(String name, String from, String to) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    assertEquals(2, text.split(Pattern.quote(from), -1).length, from);
    Files.writeString(file, text.replace(from, to));
  }
}
