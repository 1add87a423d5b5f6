package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.cli.Main;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.train.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches as processes of their own, killed as a crash or the system would. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledSearchTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  private static final int TOGETHER = 16;

  /** Two batches and a part of one. */
  private static final int SEEDS = 36;

  @TempDir Path temp;

  @BeforeEach
  void writeModelsAndPictures() throws IOException {
    OnnxModel original =
        PreprocessingMetadata.write(
            Architecture.parse("resnet8").build(SHAPE, 2, 1),
            new Preprocessing(List.of(0.5f), List.of(0.3f), Layout.NCHW, ChannelOrder.RGB));
    original.write(temp.resolve("original.onnx"));
    Pruner.prune(original, 0.6).write(temp.resolve("pruned.onnx"));
    Random random = new Random(1);
    for (int i = 0; i < SEEDS; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      Path folder = Files.createDirectories(temp.resolve("data").resolve(i % 2 == 0 ? "a" : "b"));
      Files.write(folder.resolve(i + ".png"), PngFile.encode(new Picture(SHAPE, pixels)));
    }
  }

  private Process search(String out, String... more) throws IOException {
    return searchInto(out, out, more);
  }

  private Process searchInto(String out, String log, String[] more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Short programs: the second compiler's work would be for nothing.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dai.djl.pytorch.num_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "search",
                "--original",
                temp.resolve("original.onnx").toString(),
                "--compressed",
                temp.resolve("pruned.onnx").toString(),
                "--data",
                temp.resolve("data").toString(),
                "--out",
                temp.resolve(out).toString(),
                "--batch",
                Integer.toString(TOGETHER),
                "--database",
                "jdbc:h2:file:" + temp.resolve("fleet"),
                "--accelerator",
                "cpu"));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve(log + ".log").toFile());
    // As the launcher has it: else libtorch's threads crawl beside other work.
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    return builder.start();
  }

  /** Waits for the exit and gives all that was said. */
  private String said(Process process, String out, int code) throws Exception {
    int exit = process.waitFor();
    String log = Files.readString(temp.resolve(out + ".log"));
    assertEquals(code, exit, log);
    return log;
  }

  /** Kills a search as soon as it has kept another state than the one given. */
  private byte[] killAfter(byte[] former, Process process, String out) throws Exception {
    Path state = temp.resolve(out + ".partial").resolve(".state");
    try {
      while (true) {
        assertTrue(process.isAlive(), () -> "ended before it was killed, see " + out + ".log");
        if (Files.exists(state)) {
          byte[] now = Files.readAllBytes(state);
          if (!Arrays.equals(former, now)) {
            return now;
          }
        }
        Thread.sleep(2);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static TreeSet<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new TreeSet<>(
          all.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"boundary", "compd"})
  void aSearchThatWasKilledTwiceEndsWithTheCorpusOfOneThatWasNot(String algorithm)
      throws Exception {
    String[] settings = {"--algorithm", algorithm, "--steps", "6"};
    said(search("whole", settings), "whole", 0);
    byte[] first = killAfter(null, search("cut", settings), "cut");
    assertFalse(Files.exists(temp.resolve("cut")));
    byte[] second = killAfter(first, search("cut", settings), "cut");
    assertFalse(Arrays.equals(first, second));
    said(search("cut", settings), "cut", 0);

    Path whole = temp.resolve("whole");
    Path cut = temp.resolve("cut");
    assertEquals(files(whole), files(cut));
    for (String file : files(whole)) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(cut.resolve(file)), file);
    }
    assertFalse(Files.exists(temp.resolve("cut.partial")));
  }

  @Test
  void otherSettingsAndOtherPicturesAreRefusedAndWhatWasFoundStays() throws Exception {
    killAfter(null, search("cut", "--algorithm", "compd", "--steps", "6"), "cut");
    Path rows = temp.resolve("cut.partial").resolve("inputs.jsonl");
    byte[] before = Files.readAllBytes(rows);
    String other = said(search("cut", "--algorithm", "compd", "--steps", "7"), "cut", 2);
    assertTrue(other.contains("cut.partial holds an unfinished search with steps 6 and not 7"));

    Files.write(
        temp.resolve("data/a/0.png"), PngFile.encode(new Picture(SHAPE, new byte[SHAPE.bytes()])));
    String changed = said(search("cut", "--algorithm", "compd", "--steps", "6"), "cut", 2);
    assertTrue(changed.contains("clip") || changed.contains("is another picture"), changed);
    assertArrayEquals(before, Files.readAllBytes(rows));
  }

  @Test
  void twoSearchesDoNotWriteToOneCorpus() throws Exception {
    String[] settings = {"--algorithm", "compd", "--steps", "3000"};
    Process first = searchInto("one", "first", settings);
    try {
      Path state = temp.resolve("one.partial").resolve(".state");
      while (!Files.exists(state)) {
        assertTrue(first.isAlive(), "ended too early, see first.log");
        Thread.sleep(5);
      }
      String again = said(searchInto("one", "again", settings), "again", 2);
      assertTrue(again.contains("another search is writing to"), again);
    } finally {
      first.destroyForcibly().waitFor();
    }
  }
}
