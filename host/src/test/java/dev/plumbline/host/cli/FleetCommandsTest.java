package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.gateway.JoiningAgent;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.web.Dashboard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The devices of a fleet and its runs, as the verb device tells of them, in an H2 file. */
class FleetCommandsTest {
  @TempDir Path temp;
  private FleetFixture fleet;

  @BeforeEach
  void writeEverything() throws IOException {
    fleet = new FleetFixture(temp);
  }

  @Test
  void aDeviceIsAddedListedDescribedAndRemoved() throws IOException {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      fleet.addBoard(agent.address());
      JsonNode listed = fleet.run("device", "list", "--select", "site=plant-2", "--json").json();
      assertEquals("board", listed.at("/devices/0/name").asText());
      assertEquals("plant-2", listed.at("/devices/0/labels/site").asText());
      JsonNode described = fleet.run("device", "describe", "board", "--json").json();
      assertEquals(System.getProperty("os.arch"), described.get("arch").asText());
      assertTrue(described.get("serving").asBoolean(), described.toString());
    }
    fleet.run("device", "remove", "board").done();
    assertTrue(fleet.run("device", "list").out().contains("the fleet is empty"));
    VerbAnswer again = fleet.run("device", "remove", "board");
    assertEquals(2, again.code());
    assertTrue(again.err().contains("board is not in the fleet"), again.err());
  }

  @Test
  void devicesThatHaveJoinedAHostAreListedJudgedAndMissedWhenTheyAreGone() throws Exception {
    Object[] confirm = {"confirm", fleet.corpus, "--model", fleet.compressed, "--device", "board"};
    try (Dashboard host = Dashboard.onLoopback(temp, 0)) {
      host.start();
      String dialled = "127.0.0.1:" + host.port();
      try (JoiningAgent agent = JoiningAgent.start(temp, dialled, "pi")) {
        agent.awaitLog("joined");
        JsonNode joined = fleet.run("device", "list", "--joined", dialled, "--json").json();
        assertEquals(dialled + "/pi", joined.at("/agents/0/address").textValue());
        fleet.run("device", "add", "board", dialled + "/pi").done();
        fleet.run("device", "describe", "board", "--json").done();
        VerbAnswer judged = fleet.run(VerbAnswer.with(confirm, "--json")).done();
        assertTrue(judged.out().contains("board"), judged.out());
      }
      VerbAnswer lost = fleet.run(confirm);
      assertEquals(3, lost.code(), lost.err());
    }
  }

  @Test
  void whatTheHostSaysInSearchAndRepairIsKeptAndOnlyTheSearchIsABaseline() {
    Path found = temp.resolve("found");
    Object[] ofThePair = {
      "--original",
      fleet.original,
      "--compressed",
      fleet.compressed,
      "--data",
      fleet.data,
      "--accelerator",
      "cpu"
    };
    VerbAnswer search =
        fleet.run(
            VerbAnswer.with(
                new Object[] {"search", "--epsilon", 40, "--out", found, "--json"}, ofThePair));
    // 95 of 255 is below both thresholds, and so are and are not the others.
    assertEquals(4, search.done().json().at("/natural/pictures").asInt(), search.out());
    assertEquals(0, search.json().at("/natural/deviations").asInt(), search.out());
    int kept = search.json().get("kept").asInt();
    assertTrue(kept > 0, search.out());
    Path repaired = temp.resolve("repaired.onnx");
    fleet
        .run(
            VerbAnswer.with(
                new Object[] {
                  "repair", "--corpus", found, "--epochs", 1, "--allow-overlap", "--out", repaired
                },
                ofThePair))
        .done();
    JsonNode runs = fleet.run("device", "runs", "--json").json().get("runs");
    List<String> verbs = new ArrayList<>();
    runs.forEach(r -> verbs.add(r.get("verb").asText() + " " + r.get("passed").asText()));
    assertEquals(List.of("repair null", "repair null", "search true"), verbs);
    runs.forEach(
        r -> {
          assertTrue(r.get("ended").asBoolean(), r.toString());
          assertEquals(kept, r.get("verdicts").asInt(), r.toString());
        });
    VerbAnswer check = fleet.run("check", "--corpus", found, "--model", fleet.compressed, "--json");
    assertEquals(
        search.json().get("run").asInt(),
        check.json().at("/judges/0/pictures/0/baseline").asInt(),
        check.out());
  }

  @Test
  void historySaysThatTheModelHadChanged() {
    Object[] check = {
      "check", "--corpus", fleet.corpus, "--accelerator", "cpu", "--repeats", 0, "--model"
    };
    fleet.run(VerbAnswer.with(check, fleet.compressed)).done();
    assertEquals(1, fleet.run(VerbAnswer.with(check, fleet.regressed)).code());
    Object[] history = {"device", "history", "--corpus", fleet.corpus, "--picture"};
    JsonNode changes =
        fleet.run(VerbAnswer.with(history, "000000-001", "--json")).json().get("changes");
    assertEquals(1, changes.size(), changes.toString());
    assertEquals("agrees", changes.at("/0/before/outcome").asText());
    assertEquals("deviates", changes.at("/0/after/outcome").asText());
    assertEquals("model", changes.at("/0/changed/0/part").asText());
    assertEquals(
        OnnxModel.read(fleet.regressed).sha256(), changes.at("/0/changed/0/after").asText());
    VerbAnswer runs = fleet.run("device", "runs");
    assertTrue(runs.out().lines().findFirst().orElseThrow().contains("check"), runs.out());
    VerbAnswer unknown = fleet.run(VerbAnswer.with(history, "x"));
    assertEquals(2, unknown.code());
    assertTrue(unknown.err().contains("picture x is not in corpus"), unknown.err());
  }
}
