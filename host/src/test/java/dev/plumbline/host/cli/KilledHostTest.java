package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.device.AgentProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host as a process of its own that gets SIGKILL, again and again, at points drawn at random:
 * some milliseconds after it has said some number of lines. Then it may end its work.
 */
@Timeout(600)
class KilledHostTest {
  private static final long RANDOM_SEED = 20261126;
  private static final int KILLS = 3;
  private static final String TORCH_THREADS = "ai.djl.pytorch.num_threads";

  @TempDir Path temp;
  private JobFixture job;
  private AgentProcess agent;

  @BeforeEach
  void start() throws IOException {
    job = new JobFixture(temp);
    agent = JobFixture.agent(temp);
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private Process host(Object... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    // As many as in this process, whose figures are to be the same.
    String threads = System.getProperty(TORCH_THREADS);
    if (threads != null) {
      command.add("-D" + TORCH_THREADS + "=" + threads);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.plumbline.host.cli.Main");
    command.addAll(List.of(job.withDatabase(args)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  /**
   * Lines of standard error of a host that is left alone. It may as well be this process: that
   * saves starting another Java and loading libtorch anew.
   */
  private List<String> whole(Object... args) {
    return job.run(args).done().err().lines().toList();
  }

  /** Kills a host after so many lines, or when it ends. */
  private void kill(int afterLines, long millis, Object... args) throws Exception {
    Process host = host(args);
    try (BufferedReader reader = host.errorReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < afterLines && reader.readLine() != null; i++) {
        // Not there yet.
      }
      Thread.sleep(millis);
    } finally {
      host.destroyForcibly().waitFor();
    }
  }

  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.toList();
    }
  }

  /** What bears the name of a whole thing is one, at whatever point the host was killed. */
  private static void assertSound(Path folder) throws IOException {
    for (Path path : all(folder)) {
      String name = path.getFileName().toString();
      if (name.equals("corpus.json") && !path.toString().contains(".partial-")) {
        Corpus corpus = Corpus.open(path.getParent());
        corpus.inputs().forEach(corpus::picture);
      } else if (name.equals("journal.json")) {
        new com.fasterxml.jackson.databind.ObjectMapper().readTree(path.toFile());
      }
    }
  }

  @Test
  void aJobThatWasKilledAtAnyPointEndsAsOneThatWasLeftAlone() throws Exception {
    Path config = job.job(agent.address());
    int lines = whole("run", config, "--out", temp.resolve("whole")).size();
    int rowsOfOne = job.rows().size();
    assertTrue(lines > 20, lines + " lines");
    Path out = temp.resolve("out");
    Random random = new Random(RANDOM_SEED);
    for (int i = 1; i <= KILLS; i++) {
      // Each gets further than the one before, or would be, were it not to do less again.
      kill(
          lines * i / (KILLS + 1) - random.nextInt(4),
          random.nextInt(300),
          "run",
          config,
          "--out",
          out);
      if (Files.exists(out)) {
        assertSound(out);
      }
    }
    whole("run", config, "--out", out);
    assertSound(out);
    JsonNode figures = job.figures(out);
    assertEquals(job.figures(temp.resolve("whole")), figures);
    assertRoundsOfDeviceAreThoseOfTheHost(figures.at("/repair/rounds"));
    for (String name : List.of("corpus", "heldout")) {
      assertEquals(
          verdicts(temp.resolve("whole/coarse").resolve(name)),
          verdicts(out.resolve("coarse").resolve(name)));
    }
    for (Path path : all(out)) {
      assertFalse(path.getFileName().toString().matches(".*\\.(partial|replaced)-[0-9a-f]{8}"));
    }
    // Judge's turns are stored whole or not at all: no turn has fewer rows than its kind has.
    Map<String, Integer> turns = new TreeMap<>();
    for (JobFixture.Row row : job.rows()) {
      turns.merge(row.run() + " " + row.judge() + " " + row.picturesSha256(), 1, Integer::sum);
    }
    Map<String, Integer> bySet = new TreeMap<>();
    turns.forEach(
        (turn, rows) -> {
          String set = turn.substring(turn.lastIndexOf(' ') + 1);
          assertEquals(bySet.computeIfAbsent(set, s -> rows), rows, turn);
        });
    assertTrue(job.rows().size() >= 2 * rowsOfOne, "the second job stored no verdicts");
  }

  private Map<String, List<Outcome>> verdicts(Path corpus) {
    Map<String, List<Outcome>> all = new TreeMap<>();
    for (String judge : List.of("proxy", "host", agent.address().toString())) {
      JobFixture.inCorpus(corpus, judge)
          .forEach((id, outcome) -> all.computeIfAbsent(id, i -> new ArrayList<>()).add(outcome));
    }
    assertFalse(all.isEmpty());
    return all;
  }

  @Test
  void confirmThatWasKilledAtAnyPointEndsAsOneThatWasLeftAlone() throws Exception {
    String board = agent.address().toString();
    Object[] args = {
      "confirm",
      job.corpus,
      "--model",
      job.compressed,
      "--original",
      job.original,
      "--device",
      board,
      "--data",
      temp.resolve("data")
    };
    int lines = whole(args).size();
    Map<String, Outcome> undisturbed = JobFixture.inCorpus(job.corpus, board);
    assertEquals(JobFixture.INPUTS, undisturbed.size());
    job.writeCorpus(job.corpus);
    assertEquals(Map.of(), JobFixture.inCorpus(job.corpus, board));
    Random random = new Random(RANDOM_SEED + 1);
    for (int i = 0; i < KILLS; i++) {
      kill(1 + random.nextInt(lines), random.nextInt(200), args);
      assertSound(job.corpus);
      // Verdicts come with a judge's whole turn.
      int soFar = JobFixture.inCorpus(job.corpus, board).size();
      assertTrue(soFar == 0 || soFar == JobFixture.INPUTS, soFar + " verdicts");
    }
    whole(args);
    assertEquals(undisturbed, JobFixture.inCorpus(job.corpus, board));
    assertEquals(undisturbed, job.inDatabase(job.lastPassed(), board, job.corpus));
    assertEquals(
        JobFixture.inCorpus(job.corpus, "host"),
        job.inDatabase(job.lastPassed(), "host", job.corpus));
  }

  /** The agent is on this machine, so each round's model has to give it the same labels. */
  private static void assertRoundsOfDeviceAreThoseOfTheHost(JsonNode rounds) {
    assertTrue(rounds.size() >= 2, rounds.toString());
    for (int i = 0; i < rounds.size(); i += 2) {
      ObjectNode host = rounds.get(i).deepCopy();
      ObjectNode device = rounds.get(i + 1).deepCopy();
      assertEquals("host", host.remove("judge").asText());
      device.remove("judge");
      // Only the host sees what a new search finds.
      assertFalse(host.remove("new_search").isNull());
      assertTrue(device.remove("new_search").isNull());
      assertEquals(host, device);
    }
  }
}
