package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guarded model on the host and on a real agent; counts are those of {@link GuardVerbTest}. */
class GuardGateTest {
  @TempDir static Path temp;
  private static AgentProcess agent;
  private static GreyFixture grey;
  private static Path original;
  private static Path compressed;
  private static Path guarded;
  private static Path corpus;
  private static Path data;

  @BeforeAll
  static void write() throws IOException {
    GuardGreys greys = new GuardGreys(temp);
    grey = greys.grey;
    original = greys.original;
    compressed = greys.compressed;
    data = greys.data;
    corpus = greys.corpus("corpus", compressed, GuardGreys.DEVIATIONS);
    guarded = temp.resolve("guarded.onnx");
    greys.guard(corpus, "--max-left", "20%", "--export", guarded).done();
    agent = TestAgent.start(Files.createDirectory(temp.resolve("store")));
  }

  @AfterAll
  static void stopAgent() {
    agent.close();
  }

  private static VerbAnswer check(Path model, Object... more) {
    Object[] args = {
      "check",
      "--corpus",
      corpus,
      "--model",
      model,
      "--original",
      original,
      "--accelerator",
      "cpu",
      "--repeats",
      0,
      "--json"
    };
    return grey.run(VerbAnswer.with(args, more));
  }

  private static void isCounted(JsonNode figures) {
    assertEquals(36, figures.at("/deferred/count").intValue(), figures.toString());
    assertEquals(256, figures.at("/deferred/of").intValue(), figures.toString());
    assertEquals(2, figures.at("/natural_left/count").intValue(), figures.toString());
    assertEquals(2, figures.at("/adversarial_left/count").intValue(), figures.toString());
    assertEquals(20, figures.at("/adversarial_left/of").intValue(), figures.toString());
  }

  @Test
  void aDeviceDefersWhatTheHostDefers() {
    Object[] args = {
      "confirm",
      corpus,
      "--model",
      guarded,
      "--original",
      original,
      "--data",
      data,
      "--device",
      agent.address(),
      "--repeats",
      0,
      "--accelerator",
      "cpu",
      "--json"
    };
    JsonNode json = grey.run(args).done().json();
    JsonNode judges = json.at("/guard/judges");
    assertEquals(2, judges.size(), json.toString());
    judges.forEach(GuardGateTest::isCounted);
  }

  @Test
  void checkFailsWhereMoreDeviationsThanAllowedArePastTheGuard() {
    Path junit = temp.resolve("junit.xml");
    Path html = temp.resolve("check.html");
    JsonNode passed =
        check(guarded, "--data", data, "--max-past-guard", 4, "--device", agent.address())
            .done()
            .json();
    passed.at("/guard/judges").forEach(GuardGateTest::isCounted);
    assertTrue(passed.get("passed").booleanValue());
    VerbAnswer failed =
        check(guarded, "--data", data, "--max-past-guard", 3, "--junit", junit, "--html", html);
    assertEquals(1, failed.code(), failed.err());
    assertFalse(failed.json().get("passed").booleanValue());
    assertEquals(
        "4 deviations past the guard, expected at most 3",
        failed.json().at("/guard/failed/host/0").asText());
    assertTrue(read(junit).contains("4 deviations past the guard"), read(junit));
    assertTrue(read(html).contains("4 deviations past the guard"), read(html));
  }

  @Test
  void checkFailsWhereTheDeferredShareIsNotThatOfTheCalibration() {
    // Greys 100 to 119: those within 18 of 107.1 are deferred.
    VerbAnswer failed = check(guarded, "--data", data, "--range", "0:1");
    assertEquals(0, failed.code(), failed.out());
    Path near = temp.resolve("near");
    for (int value = 100; value < 115; value++) {
      copy(data.resolve("dark/" + value + ".png"), near.resolve("dark/" + value + ".png"));
    }
    copy(data.resolve("light/200.png"), near.resolve("light/200.png"));
    failed = check(guarded, "--data", near);
    assertEquals(1, failed.code(), failed.err());
    assertTrue(
        failed.json().at("/guard/failed/host/0").asText().startsWith("clean pictures deferred: 15"),
        failed.out());
  }

  @Test
  void aBoundOnDeviationsPastTheGuardNeedsAGuardedModel() {
    check(compressed, "--max-past-guard", 3).isRefused("has no guard");
    check(guarded, "--max-past-guard", -1).isRefused("--max-past-guard is -1");
    assertFalse(check(compressed).done().json().has("guard"));
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
