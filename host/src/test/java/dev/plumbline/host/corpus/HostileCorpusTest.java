package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.NamedPipe;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A corpus that somebody else made is refused wherever it reaches beyond itself or its bounds. */
@Timeout(60)
class HostileCorpusTest {
  private static final String SECRET = "nobody is to read this";

  @TempDir Path temp;
  private Path folder;
  private Path outside;

  @BeforeEach
  void copyTheFixture() throws Exception {
    folder = CorpusFormatTest.fixture(temp.resolve("corpus"));
    outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET);
  }

  private void open() {
    Corpus.open(folder);
  }

  private void change(String name, String from, String to) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    assertTrue(text.contains(from), from);
    Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus.json", "inputs.jsonl", "pictures"})
  void aPartThatIsALinkOutOfTheCorpusIsNotRead(String part) throws IOException {
    Path moved = outside.resolve(part);
    Files.move(folder.resolve(part), moved);
    Files.createSymbolicLink(folder.resolve(part), moved);
    Refusal.says(this::open, part + " is a symbolic link that leads out of");
    Files.delete(folder.resolve(part));
    Files.createSymbolicLink(folder.resolve(part), Path.of("../outside").resolve(part));
    Refusal.says(this::open, part + " is a symbolic link that leads out of");
  }

  @Test
  void aPictureThatIsALinkOutOfTheCorpusIsNotReadAndOneWithinItIs() throws IOException {
    Path picture = folder.resolve("pictures/000012-001.png");
    Path moved = outside.resolve("picture.png");
    Files.move(picture, moved);
    Files.createSymbolicLink(picture, moved);
    Corpus corpus = Corpus.open(folder);
    Refusal.says(() -> corpus.picture(corpus.inputs().get(0)), "leads out of");
    Refusal.says(corpus::sha256, "leads out of");
    Files.delete(picture);
    Files.move(moved, folder.resolve("pictures/kept.png"));
    Files.createSymbolicLink(picture, Path.of("kept.png"));
    assertEquals(6, corpus.picture(corpus.inputs().get(0)).pixels().length);
  }

  @Test
  void aCorpusThatIsItselfBehindALinkIsRead() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
    Corpus corpus = Corpus.open(link);
    assertEquals(3, corpus.inputs().size());
    assertEquals(6, corpus.picture(corpus.inputs().get(0)).pixels().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus.json", "inputs.jsonl", "pictures/000012-001.png"})
  void aPipeIsNotWaitedFor(String part) throws Exception {
    Files.delete(folder.resolve(part));
    NamedPipe.make(folder.resolve(part));
    Refusal.says(() -> Corpus.open(folder).sha256(), folder.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus.json", "inputs.jsonl", "pictures/000012-001.png"})
  void aFileWithoutEndIsRefusedBeforeItIsRead(String part) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve(part).toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    Refusal.says(() -> Corpus.open(folder).sha256(), part, "expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pictures/..\\\\..\\\\outside\\\\secret",
        "pictures\\\\000012-001.png",
        "../outside/secret",
        "pictures/../../outside/secret",
        "/etc/passwd",
        "C:/secret",
        "file:///etc/passwd",
        "pictures//etc/passwd",
        "pictures/./000012-001.png",
        "pictures/..",
        "pictures/\\u0000",
        "pictures/\u2024\u2024/secret",
        "pictures/\uff0e\uff0e/secret",
        "pictures/a\\u202eb.png",
        "pictures/a b.png"
      })
  void aPathOfAnyOtherFormThanPicturesAndANameIsRefused(String path) throws IOException {
    change(
        "inputs.jsonl", "pictures/000012-001.png", java.util.regex.Matcher.quoteReplacement(path));
    Refusal.says(this::open, "inputs.jsonl line 1", "no path of a file in pictures/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"compressed_label\": 1|\"compressed_label\": 3|its label 3 is none of the 3 classes",
        "\"label\": 1, \"confidence\"|\"label\": 77, \"confidence\"|its label 77 is none",
        "\"compressed_label\": 1|\"compressed_label\": 2147483647|none of the 3 classes",
        "\"seed\": 12|\"seed\": 99999999999999999999|line 1",
        "\"step\": 1|\"step\": 1e9999|line 1",
        "\"rms\": 0.08|\"rms\": 1e9999, \"x\": 0.08|line 1",
        "\"id\": \"000012-001\"|\"id\": \"\\\\u001b[2Jgone\"|line 1",
      })
  void aNumberOrNameOutOfBoundsIsRefusedWithItsLine(String from, String to, String why)
      throws IOException {
    change("inputs.jsonl", from, to);
    Refusal.says(this::open, "inputs.jsonl line 1", why);
  }

  @Test
  void jsonThatIsNestedWithoutEndIsRefused() throws IOException {
    String deep = "[".repeat(100_000);
    change("corpus.json", "\"kept\": 3", "\"kept\": " + deep);
    Refusal.says(this::open, "corpus.json cannot be read as the header", "depth");
    copyAgain();
    change("inputs.jsonl", "\"verdicts\": {", "\"verdicts\": " + "{\"a\":".repeat(100_000));
    Refusal.says(this::open, "inputs.jsonl line 1", "depth");
  }

  @Test
  void numbersAndWordsWithoutEndAreRefused() throws IOException {
    change("corpus.json", "\"kept\": 3", "\"kept\": " + "9".repeat(1_000_000));
    Refusal.says(this::open, "corpus.json cannot be read as the header");
    copyAgain();
    change("inputs.jsonl", "\"id\": \"000012-001\"", "\"id\": \"" + "a".repeat(2_000_000) + "\"");
    Refusal.says(this::open, "line 1 of more than 1048576 characters");
  }

  @Test
  void aShapeThatNoPictureHasIsRefused() throws IOException {
    change("corpus.json", "\"width\": 3", "\"width\": 2147483647");
    Refusal.says(this::open, "corpus.json cannot be read as the header", "2147483647");
  }

  @Test
  void unfinishedWorkBehindALinkIsNotGoneOnWith() throws IOException {
    Path out = temp.resolve("new");
    Files.createSymbolicLink(temp.resolve("new.partial"), outside);
    CorpusHeader header = Corpus.open(folder).header();
    Refusal.says(() -> CorpusWriter.resume(out, header.origin()), "new.partial is a symbolic link");
    assertEquals(SECRET, Files.readString(outside.resolve("secret")));
  }

  @Test
  void verdictsOfManyWritersAreAllKept() throws Exception {
    String model = Corpus.open(folder).header().compressedSha256();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writing =
          IntStream.range(0, 12)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              Corpus.open(folder)
                                  .withVerdicts(
                                      new JudgeInfo(
                                          "device-" + i,
                                          JudgeKind.DEVICE,
                                          "aarch64",
                                          "onnxruntime 1",
                                          "CPU",
                                          "",
                                          List.of(),
                                          1,
                                          1,
                                          model),
                                      Map.of(
                                          "000012-001",
                                          Verdict.decided(true, new Label(1, 0.5f))))))
              .toList();
      for (Future<?> each : writing) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Corpus corpus = Corpus.open(folder);
    assertEquals(13, corpus.header().judges().size());
    assertEquals(13, corpus.inputs().get(0).verdicts().size());
  }

  private void copyAgain() throws IOException {
    try {
      folder = CorpusFormatTest.fixture(temp.resolve("again"));
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
