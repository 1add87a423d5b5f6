package dev.plumbline.host.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusWriterTest {
  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);

  @TempDir Path temp;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path out = temp.resolve("made/on/the/way");
    CorpusInput first = input(7, 1, 1);
    CorpusInput second = input(7, 2, 0);
    CorpusCounts counts = CorpusCounts.of(3, List.of(first, second));
    Corpus corpus;
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      writer.add(first, picture(1));
      writer.seed(7, picture(0));
      writer.seed(7, picture(0));
      writer.seed(8, picture(8));
      writer.add(second, picture(2));
      assertFalse(Files.exists(out));
      corpus = writer.finish(counts);
    }
    assertEquals(List.of(first, second), corpus.inputs());
    assertEquals(picture(2), corpus.picture(second));
    assertEquals(picture(0), corpus.seedPicture(7));
    assertEquals(picture(8), corpus.seedPicture(8));
    CorpusHeader header = Corpus.open(out).header();
    assertEquals(counts, header.counts());
    assertEquals(2, header.kept());
    assertEquals(List.of(), header.judges());
    assertEquals(origin().settings(), header.settings());
    assertEquals(List.of("way"), names(out.getParent()));
    assertEquals(
        List.of(
            "000007-001.png",
            "000007-002.png",
            "metadata.jsonl",
            "seed-000007.png",
            "seed-000008.png"),
        names(out.resolve("pictures")));
    List<String> metadata = Files.readAllLines(out.resolve("pictures/metadata.jsonl"));
    ObjectMapper json = new ObjectMapper();
    List<String> keys = new ArrayList<>();
    json.readTree(metadata.get(0)).fieldNames().forEachRemaining(keys::add);
    for (int row = 0; row < metadata.size(); row++) {
      JsonNode picture = json.readTree(metadata.get(row));
      List<String> its = new ArrayList<>();
      picture.fieldNames().forEachRemaining(its::add);
      assertEquals(keys.stream().sorted().toList(), its.stream().sorted().toList());
      Path file = out.resolve("pictures").resolve(picture.get("file_name").asText());
      assertTrue(Files.exists(file), file.toString());
    }
    assertEquals(4, metadata.size(), "a row for each picture");
    assertTrue(metadata.get(0).startsWith("{\"file_name\":\"000007-001.png\""), metadata.get(0));
    assertTrue(json.readTree(metadata.get(3)).get("label").isNull(), metadata.get(3));
  }

  @Test
  void theSameCorpusHasTheSameBytes() throws IOException {
    write(temp.resolve("a"), 3);
    write(temp.resolve("b"), 3);
    for (String file : List.of("corpus.json", "inputs.jsonl", "pictures/metadata.jsonl")) {
      assertArrayEquals(
          Files.readAllBytes(temp.resolve("a").resolve(file)),
          Files.readAllBytes(temp.resolve("b").resolve(file)),
          file);
    }
  }

  @Test
  void aCorpusOfNothingFoundIsACorpus() {
    Corpus corpus = write(temp.resolve("out"), 0);
    assertEquals(List.of(), corpus.inputs());
  }

  @Test
  void onlyFinishReplacesACorpus() throws IOException {
    Path out = temp.resolve("out");
    write(out, 2);
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      writer.seed(5, picture(5));
      assertEquals(2, Corpus.open(out).inputs().size());
    }
    assertEquals(2, Corpus.open(out).inputs().size());
    write(out, 1);
    assertEquals(1, Corpus.open(out).inputs().size());
    assertFalse(Files.exists(out.resolve("pictures/000001-001.png")));
  }

  @Test
  void whatWasFoundOutlivesAWriterThatDoesNotFinishAndDoesNotLookWhole() throws IOException {
    Path out = temp.resolve("out");
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      writer.add(input(0, 1, 1), picture(1));
      // Seen by others before anything is closed: this is what a crash would leave.
      Path partial = temp.resolve(names(temp).get(0));
      assertEquals(1, Files.readAllLines(partial.resolve("inputs.jsonl")).size());
    }
    List<String> left = names(temp);
    assertEquals(1, left.size());
    assertTrue(left.get(0).startsWith("out.partial-"), left.get(0));
    Refusal.says(() -> Corpus.open(temp.resolve(left.get(0))), "is no corpus");
  }

  @Test
  void aWriterThatGotNothingLeavesNothing() throws IOException {
    CorpusWriter writer = CorpusWriter.create(temp.resolve("out"), origin());
    assertEquals(1, names(temp).size());
    writer.close();
    writer.close();
    assertEquals(List.of(), names(temp));
  }

  @Test
  void anythingButACorpusOrAnEmptyFolderIsNotReplaced() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "mine");
    Refusal.says(() -> CorpusWriter.create(file, origin()), file + " is a file");
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    Refusal.says(() -> CorpusWriter.create(folder, origin()), folder + " exists and is no corpus");
    Path corpus = temp.resolve("corpus");
    write(corpus, 1);
    Files.writeString(corpus.resolve("notes.txt"), "mine");
    Refusal.says(() -> CorpusWriter.create(corpus, origin()), "holds 'notes.txt'", "would be lost");
    Refusal.says(() -> CorpusWriter.create(Path.of("/"), origin()), "cannot be a corpus");
    assertEquals(List.of("corpus", "file", "folder"), names(temp));
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertEquals(1, write(empty, 1).inputs().size());
  }

  @Test
  void whatComesToItsPlaceWhileSearchingIsNotReplacedEither() throws IOException {
    Path out = temp.resolve("out");
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      Files.createDirectory(out);
      Files.writeString(out.resolve("thesis.txt"), "mine");
      Refusal.says(() -> writer.finish(CorpusCounts.of(0, List.of())), "is no corpus");
    }
    assertEquals(List.of("thesis.txt"), names(out));
  }

  @Test
  void faultsOfTheCallerAreRefused() {
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("out"), origin())) {
      writer.add(input(1, 1, 1), picture(1));
      assertThrows(IllegalArgumentException.class, () -> writer.add(input(1, 1, 1), picture(1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add(input(1, 2, 1), new Picture(new PictureShape(1, 1, 4), new byte[4])));
      assertThrows(IllegalArgumentException.class, () -> writer.add(input(1, 2, 2), picture(1)));
      assertThrows(
          IllegalStateException.class,
          () -> writer.finish(CorpusCounts.of(1, List.of(input(1, 1, 1)))));
      writer.seed(1, picture(0));
      // One picture was kept, so a search of none cannot be what made it.
      assertThrows(
          IllegalArgumentException.class, () -> writer.finish(CorpusCounts.of(1, List.of())));
      writer.finish(CorpusCounts.of(1, List.of(input(1, 1, 1))));
      assertThrows(IllegalStateException.class, () -> writer.seed(2, picture(2)));
    }
    Map<String, Object> settings = Map.of("algorithm", "compd", "steps", 10, "data", "d");
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new CorpusOrigin(
                origin().originalSha256(),
                origin().compressedSha256(),
                origin().preprocessing(),
                SHAPE,
                Classification.PLAIN,
                List.of("a"),
                settings));
  }

  @Test
  void severalThreadsMayAdd() {
    Path out = temp.resolve("out");
    List<CorpusInput> inputs = new ArrayList<>();
    IntStream.range(0, 400).forEach(i -> inputs.add(input(i / 4, i % 4, i % 2)));
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      inputs.parallelStream()
          .forEach(
              input -> {
                writer.seed(input.seed(), picture(input.seed()));
                writer.add(input, picture(input.seed() + input.step()));
              });
      Corpus corpus = writer.finish(CorpusCounts.of(100, inputs));
      assertEquals(400, corpus.inputs().size());
      for (CorpusInput input : corpus.inputs()) {
        assertEquals(picture(input.seed() + input.step()), corpus.picture(input));
      }
    }
  }

  private static Corpus write(Path out, int inputs) {
    List<CorpusInput> all = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(out, origin())) {
      for (int i = 0; i < inputs; i++) {
        all.add(input(i, 1, i % 2));
        writer.seed(i, picture(i));
        writer.add(all.get(i), picture(i + 1));
      }
      return writer.finish(CorpusCounts.of(inputs, all));
    }
  }

  private static CorpusInput input(int seed, int step, int compressedLabel) {
    return CorpusInput.found(
        Classification.PLAIN,
        seed,
        step,
        Label.known(0),
        new Label(0, 0.75f),
        new Label(compressedLabel, 0.5f),
        new PictureDistance(0.125, 0.25));
  }

  private static Picture picture(int number) {
    byte[] pixels = new byte[SHAPE.bytes()];
    new Random(number).nextBytes(pixels);
    return new Picture(SHAPE, pixels);
  }

  private static CorpusOrigin origin() {
    return new CorpusOrigin(
        "a".repeat(64),
        "b".repeat(64),
        new Preprocessing(
            List.of(0.5f),
            List.of(0.25f),
            Preprocessing.Layout.NHWC,
            Preprocessing.ChannelOrder.BGR),
        SHAPE,
        Classification.PLAIN,
        List.of("even", "odd"),
        Map.of("algorithm", "boundary", "steps", 50, "random_seed", 7L << 40, "data", "d.zip"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
