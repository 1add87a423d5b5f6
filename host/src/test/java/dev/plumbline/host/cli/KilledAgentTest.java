package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.FaultyLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real agent that gets SIGKILL while batches are under way, and is started again. The line to it
 * only counts bytes, to kill it in the middle, and refuses connections as the machine then does.
 */
@Timeout(300)
class KilledAgentTest {
  /** The first four answers, of a run each, have some 600 bytes; the others are of more runs. */
  private static final int MIDDLE = 3_000;

  @TempDir Path temp;
  private JobFixture job;
  private AgentProcess agent;
  private FaultyLine line;
  private String board;

  @BeforeEach
  void start() throws IOException {
    job = new JobFixture(temp);
    agent = JobFixture.agent(temp);
    line = new FaultyLine(agent.address());
    board = line.address().toString();
  }

  @AfterEach
  void stop() throws IOException {
    line.close();
    agent.close();
  }

  private void killAfter(long bytes) {
    line.after(
        bytes,
        each -> {
          // Whoever tries again in the moment of death is not to be taken by the line.
          each.stopListening();
          ProcessHandle process = ProcessHandle.of(agent.pid()).orElseThrow();
          process.destroyForcibly();
          process.onExit().join();
          each.refuse();
        });
  }

  private void startAgain() throws IOException {
    assertEquals(0, line.left());
    assertFalse(agent.isAlive());
    agent = JobFixture.agent(temp);
    line.leadTo(agent.address());
    line.listen();
  }

  private static int count(Map<String, Outcome> outcomes, Outcome outcome) {
    return Collections.frequency(outcomes.values(), outcome);
  }

  private static int decided(Map<String, Outcome> outcomes) {
    return count(outcomes, Outcome.DEVIATES) + count(outcomes, Outcome.AGREES);
  }

  private static void assertCutInTheMiddle(Map<String, Outcome> outcomes, int asked) {
    assertEquals(asked, outcomes.size());
    int decided = decided(outcomes);
    assertTrue(decided > 0 && decided < asked, decided + " decided of " + asked);
    assertEquals(asked - decided, count(outcomes, Outcome.CRASHED));
  }

  private static JsonNode judge(JsonNode answer, String id) {
    for (JsonNode judge : answer.get("judges")) {
      if (judge.get("id").asText().equals(id)) {
        return judge;
      }
    }
    throw new AssertionError(id + " is not in " + answer);
  }

  @Test
  void aTimeToComeBackThatCannotBeIsRefused() {
    VerbAnswer answer =
        job.run(
            "confirm", job.corpus, "--model", job.compressed, "--device", board, "--reconnect", -1);
    assertEquals(2, answer.code());
    assertTrue(answer.err().contains("--reconnect is -1, expected at least 0"), answer.err());
  }

  @Test
  void confirmKeepsWhatWasJudgedAndTheNextGivesEachPictureOneVerdict() throws Exception {
    Object[] confirm = {
      "confirm",
      job.corpus,
      "--model",
      job.compressed,
      "--device",
      board,
      "--reconnect",
      0,
      "--repeats",
      0,
      "--json"
    };
    killAfter(MIDDLE);
    VerbAnswer cut = job.run(confirm);
    assertEquals(3, cut.code(), cut.err());
    Map<String, Outcome> before = JobFixture.inCorpus(job.corpus, board);
    assertCutInTheMiddle(before, JobFixture.INPUTS);
    assertEquals(before, job.inDatabase(1, board, job.corpus));
    assertEquals(decided(before), judge(cut.json(), board).get("judged").asInt());
    assertEquals("crashed", cut.json().at("/failures/0/outcome").asText());

    startAgain();
    VerbAnswer whole = job.run(confirm);
    assertEquals(0, whole.code(), whole.err());
    Map<String, Outcome> after = JobFixture.inCorpus(job.corpus, board);
    assertEquals(JobFixture.INPUTS, decided(after));
    // The same model on the same machine: the oracle is ONNX Runtime on the host.
    assertEquals(JobFixture.inCorpus(job.corpus, "host"), after);
    assertEquals(after, job.inDatabase(2, board, job.corpus));
    assertEquals(JobFixture.INPUTS, judge(whole.json(), board).get("judged").asInt());
    assertEquals(
        count(after, Outcome.DEVIATES), judge(whole.json(), board).get("deviates").asInt());
    before.forEach(
        (picture, outcome) -> {
          if (outcome != Outcome.CRASHED) {
            assertEquals(outcome, after.get(picture), picture);
          }
        });
    // Two runs of two judges, and not a row more.
    assertEquals(4 * JobFixture.INPUTS, job.rows().size());
  }

  @Test
  void checkIsNoBaselineWhenItsDeviceWasKilledAndTheNextIs() throws Exception {
    Object[] check = {
      "check",
      "--corpus",
      job.corpus,
      "--model",
      job.compressed,
      "--device",
      board,
      "--reconnect",
      0,
      "--repeats",
      0,
      // What the corpus says was found plays no part here.
      "--max-new",
      JobFixture.INPUTS,
      "--json"
    };
    killAfter(MIDDLE);
    VerbAnswer cut = job.run(check);
    assertEquals(3, cut.code(), cut.err());
    Map<String, Outcome> before = job.inDatabase(1, board, job.corpus);
    assertCutInTheMiddle(before, JobFixture.INPUTS);
    assertEquals(decided(before), judge(cut.json(), board).get("judged").asInt());
    assertEquals(0, job.lastPassed());

    startAgain();
    VerbAnswer whole = job.run(check);
    assertEquals(0, whole.code(), whole.err());
    assertEquals(2, job.lastPassed());
    Map<String, Outcome> after = job.inDatabase(2, board, job.corpus);
    assertEquals(JobFixture.INPUTS, decided(after));
    assertEquals(job.inDatabase(2, "host", job.corpus), after);
    assertEquals(4 * JobFixture.INPUTS, job.rows().size());
    // It replays, and keeps nothing in the corpus.
    assertEquals(Map.of(), JobFixture.inCorpus(job.corpus, board));
  }

  @Test
  void aJobGoesOnWhereItWasAndEndsAsIfNothingHadHappened() throws Exception {
    Path config = job.job(line.address());
    Path out = temp.resolve("out");
    // There are fewer pictures than in the others' corpus.
    killAfter(MIDDLE * 2 / 3);
    VerbAnswer cut = job.run("run", config, "--out", out);
    assertEquals(3, cut.code(), cut.err());
    assertFalse(Files.exists(out.resolve("summary.json")));
    Path corpus = out.resolve("coarse/corpus");
    Map<String, Outcome> before = JobFixture.inCorpus(corpus, board);
    assertCutInTheMiddle(before, JobFixture.inCorpus(corpus, "host").size());

    startAgain();
    VerbAnswer rest = job.run("run", config, "--out", out);
    assertEquals(0, rest.code(), rest.err());
    // The rounds of the repair search, later; what was found to judge is not looked for again.
    int judged = rest.err().indexOf("judging on 2 judges");
    assertTrue(judged >= 0 && !rest.err().substring(0, judged).contains("searching"), rest.err());
    // The last run but one judged the compressed model, the last the repaired one.
    long run = job.lastPassed() - 1;
    for (String name : new String[] {"corpus", "heldout"}) {
      Path found = out.resolve("coarse").resolve(name);
      Map<String, Outcome> after = JobFixture.inCorpus(found, board);
      assertFalse(after.isEmpty());
      assertEquals(JobFixture.inCorpus(found, "host"), after);
      assertEquals(after, job.inDatabase(run, board, found));
    }
    Map<String, Outcome> last = JobFixture.inCorpus(corpus, board);
    JsonNode summed = judge(job.figures(out), board);
    assertEquals(decided(last), summed.get("judged").asInt());
    assertEquals(count(last, Outcome.DEVIATES), summed.get("deviates").asInt());

    VerbAnswer whole = job.run("run", config, "--out", temp.resolve("whole"));
    assertEquals(0, whole.code(), whole.err());
    assertEquals(job.figures(temp.resolve("whole")), job.figures(out));
  }
}
