package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What confirm tells of judges, one of them a real agent in a fleet. */
class ConfirmOnFleetTest {
  @TempDir static Path agents;
  @TempDir Path temp;
  private static AgentProcess agent;
  private FleetFixture fleet;

  @BeforeAll
  static void startAgent() throws IOException {
    agent = TestAgent.start(Files.createDirectory(agents.resolve("store")));
  }

  @AfterAll
  static void stopAgent() {
    agent.close();
  }

  @BeforeEach
  void writeEverything() throws IOException {
    fleet = new FleetFixture(temp);
    fleet.addBoard(agent.address());
  }

  @Test
  void confirmAsksTheSelectedDevicesAndTellsHowJudgesDiffer() {
    VerbAnswer answer =
        fleet
            .run(
                "confirm",
                fleet.corpus,
                "--model",
                fleet.compressed,
                "--original",
                fleet.original,
                "--select",
                "site=plant-2",
                "--data",
                fleet.data,
                "--json",
                "--accelerator",
                "cpu")
            .done();
    JsonNode json = answer.json();
    assertEquals(2, json.get("judges").size(), answer.out());
    assertEquals("board", json.at("/judges/1/id").asText());
    assertEquals(1, json.at("/judges/1/deviates").asInt());
    assertEquals(1, json.at("/provenance/all").asInt());
    assertEquals(2, json.at("/disagreement_corpus/0/pictures").asInt());
    assertEquals(0, json.at("/disagreement_corpus/0/differ").asInt());
    // By hand: of 4 pictures none, so the interval ends at 1 - 0.025^(1/4).
    assertEquals(4, json.at("/disagreement_clean/0/pictures").asInt());
    assertEquals(1 - Math.pow(0.025, 0.25), json.at("/disagreement_clean/0/high").asDouble(), 1e-9);
    List<String> repeated = new ArrayList<>();
    json.at("/noise/1/repeats")
        .forEach(r -> repeated.add(r.get("model").asText() + " " + r.get("conditions").asText()));
    assertEquals(
        List.of(
            "compressed same batch",
            "compressed batches of 7",
            "compressed 2 threads",
            "original against the known label",
            "original same batch",
            "original batches of 7",
            "original 2 threads"),
        repeated);
    assertEquals(
        List.of("host", "board"),
        Corpus.open(fleet.corpus).header().judges().stream().map(JudgeInfo::id).toList());
  }

  @Test
  void whatReallyRanIsToldByConfirmAndByTheDevice() {
    VerbAnswer answer =
        fleet
            .run(
                "confirm", fleet.corpus, "--model", fleet.compressed, "--device", "board", "--json")
            .done();
    JsonNode ran = answer.json().at("/ran/board/0");
    assertEquals("CPUExecutionProvider", ran.get("provider").asText(), answer.out());
    assertTrue(ran.get("nodes").asInt() > 0, answer.out());
    assertTrue(ran.get("operators").isObject(), answer.out());
    JsonNode described = fleet.run("device", "describe", "board", "--json").json();
    String sha256 = OnnxModel.read(fleet.compressed).sha256();
    assertEquals(ran, described.get("ran").get(sha256).get(0), described.toString());
  }

  @Test
  void theCorpusMayStandAfterTheDevices() {
    String twice = agent.address().toString();
    for (Object[] call :
        new Object[][] {
          {"confirm", "--model", fleet.compressed, "--device", "board", fleet.corpus, "--json"},
          {
            "confirm",
            "--model",
            fleet.compressed,
            "--device",
            "board",
            twice,
            fleet.corpus,
            "--json"
          },
          {
            "confirm",
            fleet.corpus,
            "--model",
            fleet.compressed,
            "--json",
            "--device",
            "board",
            twice
          },
        }) {
      List<String> judges = new ArrayList<>();
      fleet.run(call).done().json().get("judges").forEach(j -> judges.add(j.get("id").asText()));
      List<String> expected = new ArrayList<>(List.of("host", "board"));
      if (List.of(call).contains(twice)) {
        expected.add(twice);
      }
      assertEquals(expected, judges);
    }
  }

  @Test
  void aDeviceOrACorpusThatIsMissingIsToldInASentence() {
    fleet
        .run("confirm", "--model", fleet.compressed, fleet.corpus, "--device", "--json")
        .isRefusedInPlainWords("--device lacks a device");
    fleet
        .run("confirm", "--model", fleet.compressed, "--device", "board", "nowhere")
        .isRefusedInPlainWords("CORPUS");
  }
}
