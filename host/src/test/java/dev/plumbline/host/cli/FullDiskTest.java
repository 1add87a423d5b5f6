package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.SmallDisk;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.device.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fill up: one sentence, nothing of before is spoilt, and with room it goes on. */
@Timeout(300)
class FullDiskTest {
  private static final String FULL = "No space left on device";

  @TempDir Path temp;
  private JobFixture job;

  @BeforeEach
  void write() throws IOException {
    job = new JobFixture(temp);
  }

  private VerbAnswer confirm(Path corpus, Object... more) {
    Object[] args = {"confirm", corpus, "--model", job.compressed, "--repeats", 0};
    return job.run(VerbAnswer.with(args, more));
  }

  /** One line of standard error tells it, and that is no fault of ours. */
  private static void assertFull(VerbAnswer answer, String... words) {
    assertEquals(2, answer.code(), answer.err());
    List<String> lines =
        answer.err().lines().filter(line -> line.startsWith("plumbline: ")).toList();
    assertEquals(1, lines.size(), answer.err());
    for (String word : words) {
      assertTrue(lines.get(0).contains(word), answer.err());
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aCorpusThatFindsNoRoomLeavesTheFormerOneAndIsWrittenOnceThereIsRoom() throws Exception {
    // Each of 401 pictures takes a page of 4 KiB, so two corpora do not fit.
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 3_000)) {
      Path out = disk.folder().resolve("corpus");
      job.writeCorpus(out);
      String former = Corpus.open(out).sha256();
      UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> job.writeCorpus(out));
      assertTrue(
          e.getMessage().startsWith("cannot write to " + out + ".partial-")
              && e.getMessage().endsWith(FULL),
          e.getMessage());
      assertEquals(former, Corpus.open(out).sha256());
      // What was found stays beside, until somebody needs the room.
      List<String> names = names(disk.folder());
      assertEquals(2, names.size(), names.toString());
      assertThrows(
          dev.plumbline.host.BadInputException.class,
          () -> Corpus.open(disk.folder().resolve(names.get(1))));
      dev.plumbline.host.corpus.CorpusWriter.deleteLeftovers(out);
      assertEquals(List.of("corpus"), names(disk.folder()));
      Path other = disk.folder().resolve("corpus-2");
      assertThrows(UncheckedIOException.class, () -> job.writeCorpus(other));
      assertFalse(Files.exists(other));
    }
  }

  @Test
  void verdictsThatFindNoRoomInTheCorpusComeWithTheNextTry() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4_000);
        AgentProcess agent = JobFixture.agent(temp)) {
      Path corpus = disk.folder().resolve("corpus");
      job.writeCorpus(corpus);
      Object[] board = {"--device", agent.address()};
      disk.fill(8_192);
      VerbAnswer full = confirm(corpus, board);
      assertFull(full, "cannot write " + corpus, FULL);
      assertEquals(Map.of(), JobFixture.inCorpus(corpus, "host"));
      assertEquals(
          List.of("corpus.json", "inputs.jsonl", "pictures", "seeds.jsonl"), names(corpus));
      disk.free();
      VerbAnswer again = confirm(corpus, board);
      assertEquals(0, again.code(), again.err());
      assertEquals(
          JobFixture.INPUTS, JobFixture.inCorpus(corpus, agent.address().toString()).size());
      assertEquals(
          JobFixture.inCorpus(corpus, "host"), job.inDatabase(job.lastPassed(), "host", corpus));
    }
  }

  @Test
  void aDatabaseThatFindsNoRoomKeepsWhatItHadAndTakesTheNextRun() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 4_000);
        AgentProcess agent = JobFixture.agent(temp)) {
      job.keepDatabaseIn(disk.folder());
      Object[] board = {"--device", agent.address()};
      assertEquals(0, confirm(job.corpus, board).code());
      List<JobFixture.Row> before = job.rows();
      assertEquals(2 * JobFixture.INPUTS, before.size());
      disk.fill(0);
      VerbAnswer full = confirm(job.corpus, board);
      // H2 first fills what migrations left free in its file.
      for (int i = 0; i < 30 && full.code() == 0; i++) {
        full = confirm(job.corpus, board);
      }
      assertFull(full, "database jdbc:h2:file:" + disk.folder().resolve("fleet"), FULL);
      disk.free();
      List<JobFixture.Row> kept = job.rows();
      assertTrue(kept.containsAll(before), kept.size() + " rows");
      VerbAnswer again = confirm(job.corpus, board);
      assertEquals(0, again.code(), again.err());
      long run = job.lastPassed();
      assertEquals(
          JobFixture.inCorpus(job.corpus, "host"), job.inDatabase(run, "host", job.corpus));
      assertEquals(
          JobFixture.inCorpus(job.corpus, agent.address().toString()),
          job.inDatabase(run, agent.address().toString(), job.corpus));
    }
  }

  @Test
  void reportsThatFindNoRoomLeaveTheFormerOnes() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), 400)) {
      for (String option : List.of("--junit", "--html", "--result")) {
        Path file = disk.folder().resolve("report");
        Files.writeString(file, "former");
        Object[] check = {
          "check",
          "--corpus",
          job.corpus,
          "--model",
          job.compressed,
          "--repeats",
          0,
          "--max-new",
          JobFixture.INPUTS,
          option,
          file
        };
        disk.fill(0);
        assertFull(job.run(check), "cannot write " + file, FULL);
        assertEquals("former", Files.readString(file), option);
        assertEquals(List.of("filler", "report"), names(disk.folder()));
        disk.free();
        assertEquals(0, job.run(check).code());
        assertTrue(Files.size(file) > 100, option);
      }
    }
  }

  @Test
  void aDeviceWhoseDiskIsFullRefusesTheModelAndGoesOnWithThoseThatItHas() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("store"), 400);
        AgentProcess agent = JobFixture.agent(temp)) {
      Object[] board = {"--device", agent.address()};
      assertEquals(0, confirm(job.corpus, board).code());
      disk.fill(0);
      // It has this one.
      assertEquals(0, confirm(job.corpus, board).code());
      Path other = temp.resolve("other.onnx");
      byte[] padded =
          ai.onnx.proto.OnnxMl.ModelProto.parseFrom(Files.readAllBytes(job.compressed)).toBuilder()
              .setDocString("x".repeat(100_000))
              .build()
              .toByteArray();
      Files.write(other, padded);
      Object[] check = {
        "check",
        "--corpus",
        job.corpus,
        "--model",
        other,
        "--repeats",
        0,
        "--max-new",
        JobFixture.INPUTS,
        "--device",
        agent.address()
      };
      assertFull(job.run(check), "device " + agent.address() + " refused: model ", FULL);
      assertEquals(0, confirm(job.corpus, board).code());
      disk.free();
      assertEquals(0, job.run(check).code());
      assertEquals(2, names(disk.folder()).size(), names(disk.folder()).toString());
    }
  }
}
