package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.FolderLock;
import dev.plumbline.host.NamedPipe;
import dev.plumbline.host.cli.GreyFixture.Mutation;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Places that cannot be written, or that somebody else writes to: nothing of before is lost. */
@Timeout(60)
class HostilePlacesTest {
  @TempDir Path temp;
  private GreyFixture grey;
  private Path model;
  private Path data;
  private Path corpus;

  @BeforeEach
  void write() throws IOException {
    grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
    corpus = grey.writeCorpus("a".repeat(64), OnnxModel.read(model).sha256(), new Mutation(100, 0));
  }

  private Path job() throws IOException {
    grey.writeModel("original", 0.5f);
    grey.writeModel("compressed", 0.52f);
    return Files.writeString(
        temp.resolve("job.yaml"),
        """
        original: original.onnx
        pairs: {other: compressed.onnx}
        seeds: {data: data, range: "0:2"}
        heldout: {data: data, range: "2:4"}
        evaluation: {data: data}
        training: {data: data}
        search: {steps: 1}
        repair: {epochs: 1, rounds: 0}
        """);
  }

  static Stream<Arguments> outputs() {
    return Stream.of("--junit", "--html", "--result")
        .flatMap(
            option ->
                Stream.of("a folder", "a named pipe", "below a file")
                    .map(kind -> Arguments.of(option, kind)));
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void aReportThatHasNoPlaceIsOneSentence(String option, String kind) throws Exception {
    Path place = temp.resolve("place");
    switch (kind) {
      case "a folder" -> Files.writeString(Files.createDirectory(place).resolve("kept"), "kept");
      case "a named pipe" -> NamedPipe.make(place);
      default -> Files.writeString(place, "kept");
    }
    Path file = kind.equals("below a file") ? place.resolve("report") : place;
    grey.run("check", "--corpus", corpus, "--model", model, option, file)
        .isRefusedInPlainWords("cannot write " + file);
    assertTrue(Files.exists(place));
    assertEquals(kind.equals("below a file"), Files.isRegularFile(place));
  }

  @Test
  void aJobWhoseFolderAnotherWritesToIsRefusedAndTouchesNothing() throws IOException {
    Path out = Files.createDirectory(temp.resolve("out"));
    Path kept = Files.writeString(out.resolve("other"), "kept");
    Path job = job();
    FolderLock.holding(
        out,
        Duration.ZERO,
        () -> {
          grey.run("run", job, "--out", out, "--accelerator", "cpu")
              .isRefusedInPlainWords("folder " + out + " is being written by");
          return null;
        });
    assertEquals("kept", Files.readString(kept));
    assertFalse(Files.exists(out.resolve("other.partial")));
  }

  @Test
  void aJobWhoseFolderIsAFileOrAPipeIsRefused() throws Exception {
    Path job = job();
    Path file = Files.writeString(temp.resolve("file"), "kept");
    Path pipe = NamedPipe.make(temp.resolve("pipe"));
    for (Path out : new Path[] {file, pipe, file.resolve("below")}) {
      grey.run("run", job, "--out", out, "--accelerator", "cpu")
          .isRefusedInPlainWords("cannot write to folder " + out);
    }
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void aModelOrCorpusIsNotWrittenOverSomethingElse() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Files.writeString(folder.resolve("kept"), "kept");
    Path pipe = NamedPipe.make(temp.resolve("pipe"));
    for (Path out : new Path[] {folder, pipe}) {
      VerbAnswer.of("quantize", model, "--data", data, "--out", out)
          .isRefusedInPlainWords(out.toString());
      grey.run(
              "search",
              "--original",
              model,
              "--compressed",
              model,
              "--data",
              data,
              "--steps",
              1,
              "--out",
              out)
          .isRefusedInPlainWords(out.toString());
    }
    assertEquals("kept", Files.readString(folder.resolve("kept")));
    assertTrue(Files.exists(pipe) && !Files.isRegularFile(pipe));
  }

  static Stream<byte[]> brokenDatabases() {
    return Stream.of(
        new byte[0],
        new byte[100],
        "H:2,block:3,blockSize:1000".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        new byte[64 << 10]);
  }

  @ParameterizedTest
  @MethodSource("brokenDatabases")
  void aDatabaseThatIsNoneIsRefusedAndStaysAsItIs(byte[] content) throws IOException {
    Path file = Files.write(temp.resolve("fleet.mv.db"), content);
    grey.run("device", "list").isRefusedInPlainWords("database jdbc:h2:file:");
    assertEquals(content.length, Files.size(file));
  }

  @Test
  void aDatabaseThatWasCutIsRefusedAndNotReadAsAnEmptyFleet() throws IOException {
    grey.run("check", "--corpus", corpus, "--model", model).done();
    Path file = temp.resolve("fleet.mv.db");
    byte[] whole = Files.readAllBytes(file);
    for (int part = 0; part < 8; part++) {
      byte[] cut = java.util.Arrays.copyOf(whole, whole.length * part / 8);
      Files.write(file, cut);
      VerbAnswer answer = grey.run("device", "runs");
      if (answer.code() == 0) {
        assertTrue(answer.out().contains("check"), part + "/8 is read as: " + answer.out());
      } else {
        answer.isRefusedInPlainWords("database jdbc:h2:file:");
      }
    }
  }

  @Test
  void aDatabaseUrlIsToldWithoutItsPassword() {
    for (String url :
        new String[] {
          "jdbc:postgresql://me:s3/cr@et@127.0.0.1:1/fleet",
          "jdbc:postgresql://127.0.0.1:1/fleet?user=me&password=s3cr@et",
          "jdbc:h2:tcp://127.0.0.1:1/fleet;USER=me;PASSWORD=s3cr@et",
          "jdbc:mysql://me:s3cr@et@127.0.0.1/fleet",
          "jdbc:h2:file:relative;CIPHER=AES;PASSWORD=s3cr@et"
        }) {
      VerbAnswer answer = VerbAnswer.of("device", "list", "--database", url);
      assertEquals(2, answer.code(), url);
      assertFalse(answer.err().contains("cr@et"), answer.err());
      answer.isRefusedInPlainWords("database");
    }
  }
}
