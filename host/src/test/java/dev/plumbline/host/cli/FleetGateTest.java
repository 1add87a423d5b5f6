package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The regression gate: check against what the fleet, a real agent among it, said before. */
class FleetGateTest {
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

  private VerbAnswer check(Path model, Object... more) {
    Object[] args = {"check", "--corpus", fleet.corpus, "--model", model, "--accelerator", "cpu"};
    return fleet.run(VerbAnswer.with(args, more));
  }

  private VerbAnswer checkOnBoard(Path model, Object... more) {
    Object[] args = {"--device", "board", "--data", fleet.data, "--original", fleet.original};
    return check(model, VerbAnswer.with(args, more));
  }

  /** By the host alone, and without measuring what flips. */
  private VerbAnswer checkOnHost(Path model, Object... more) {
    return check(model, VerbAnswer.with(new Object[] {"--data", fleet.data, "--repeats", 0}, more));
  }

  @Test
  void checkComparesWithTheBaselineAndFailsOnNewFlipsOnly() throws IOException {
    VerbAnswer first = checkOnBoard(fleet.compressed, "--json").done();
    Path junit = temp.resolve("junit.xml");
    Path html = temp.resolve("check.html");
    Path result = temp.resolve("check.json");
    VerbAnswer worse =
        checkOnBoard(
            fleet.regressed, "--json", "--junit", junit, "--html", html, "--result", result);
    assertEquals(1, worse.code(), worse.err());
    JsonNode json = worse.json();
    assertFalse(json.get("passed").asBoolean());
    // By hand: grey 100 is 0.39 and grey 95 is 0.37, above 0.3 and below 0.42.
    for (int judge = 0; judge < 2; judge++) {
      assertEquals(
          "[\"000000-001\",\"clean-000001\"]", json.at("/judges/" + judge + "/new").toString());
    }
    assertEquals(first.json().get("run").asInt(), json.at("/judges/1/pictures/0/baseline").asInt());
    assertEquals(json, new ObjectMapper().readTree(Files.readString(result)));
    String xml = Files.readString(junit);
    FleetFixture.requireJUnit(xml);
    assertEquals(4, xml.split("<failure", -1).length - 1, xml);
    for (String name : List.of("valid", "effective", "clean")) {
      assertEquals(2, xml.split(" name=\"" + name + "\"", -1).length - 1, xml);
    }
    String page = Files.readString(html);
    assertTrue(
        page.contains("000000-001")
            && page.contains("Failed: host has 2 new flips, board has 2 new flips;"),
        page);
    Document html5 = Jsoup.parse(page);
    // One row for each picture, whatever the number of judges, with its pictures and class names.
    Elements rows = html5.select("caption:contains(of the corpus with a new flip) ~ tbody tr");
    assertEquals(1, rows.size(), rows.text());
    assertEquals(3, rows.select("img").size());
    assertTrue(rows.text().contains("000000-001") && rows.text().contains("dark"), rows.text());
    assertEquals(2, rows.select("td:contains(light,)").size(), rows.text());
    Elements clean = html5.select("caption:contains(Clean pictures with) ~ tbody tr");
    assertEquals(1, clean.size(), clean.text());
    assertEquals(1, clean.select("img").size());

    // A run that failed is no baseline, unless it is chosen.
    assertEquals(1, checkOnBoard(fleet.regressed).code());
    assertEquals(0, checkOnBoard(fleet.regressed, "--max-new", 2).code());
    VerbAnswer chosen =
        checkOnBoard(fleet.compressed, "--baseline", json.get("run").asInt(), "--json").done();
    assertEquals(1, chosen.json().at("/judges/0/pictures/0/mended").asInt());
    VerbAnswer none = checkOnBoard(fleet.compressed, "--baseline", 99);
    assertEquals(2, none.code());
    assertTrue(none.err().contains("run 99"), none.err());
    assertEquals(2, checkOnBoard(fleet.compressed, "--baseline", "best").code());
  }

  @Test
  void cleanPicturesThatWereLabelledOtherwiseAreComparedAllTheSame() throws IOException {
    fleet.addPictureOfADisputedLabel();
    checkOnHost(fleet.compressed, "--json").done();
    Path junit = temp.resolve("junit.xml");
    VerbAnswer same =
        checkOnHost(fleet.compressed, "--original", fleet.original, "--junit", junit).done();
    assertTrue(same.out().contains("expected other decisions on these clean"), same.out());
    FleetFixture.requireJUnit(Files.readString(junit));
    VerbAnswer worse = checkOnHost(fleet.regressed, "--original", fleet.original, "--json");
    assertEquals(1, worse.code(), worse.err());
    assertTrue(worse.json().at("/judges/0/new").toString().contains("clean-"), worse.out());
    VerbAnswer data = checkOnHost(fleet.regressed, "--json");
    // Grey 95 of the light ones is what the data call it now; that of the dark ones is not.
    assertEquals(1, data.code(), data.err());
    assertTrue(data.json().at("/judges/0/pictures").toString().contains("labels\":true"));
    assertEquals("model", data.json().at("/judges/0/changed/0/part").asText());
  }

  @Test
  void newFlipsComeBeforeALostDeviceInTheExitCode() {
    VerbAnswer answer =
        check(
            fleet.regressed, "--device", "127.0.0.1:1", "--reconnect", 0, "--repeats", 0, "--json");
    assertEquals(1, answer.code(), answer.err());
    assertEquals("device_lost", answer.json().at("/failures/0/outcome").asText());
    assertFalse(answer.json().get("passed").asBoolean());
  }

  @Test
  void aDeviceThatIsLostDoesNotStopTheOthers() throws IOException {
    Path junit = temp.resolve("junit.xml");
    VerbAnswer answer =
        check(
            fleet.compressed,
            "--device",
            "127.0.0.1:1",
            "--device",
            "board",
            "--junit",
            junit,
            "--json");
    assertEquals(3, answer.code(), answer.err());
    JsonNode json = answer.json();
    assertEquals("device_lost", json.at("/failures/0/outcome").asText());
    assertEquals(2, json.at("/judges/2/judged").asInt());
    assertTrue(Files.readString(junit).contains("<error"), Files.readString(junit));
    FleetFixture.requireJUnit(Files.readString(junit));
    assertFalse(fleet.run("device", "runs").out().contains("passed"));
  }
}
