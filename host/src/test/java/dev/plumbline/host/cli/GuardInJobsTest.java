package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guard of a job, on pictures of one grey each: 0 to 255. */
class GuardInJobsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private GreyFixture grey;

  @BeforeEach
  void write() throws IOException {
    grey = new GuardGreys(temp).grey;
  }

  private VerbAnswer run(String evaluation, String guard, String devices) throws IOException {
    Path job =
        Files.writeString(
            temp.resolve("job.yaml"),
            """
            original: original.onnx
            pairs: {other: compressed.onnx}
            seeds: {data: data, range: "0:4"}
            heldout: {data: data, range: "4:34"}
            evaluation: {data: data%s}
            training: {data: data, range: "0:8"}
            search: {steps: 1}
            repair: {epochs: 1, rounds: 0, training_rate: 0.0001}
            guard: {%s}
            epsilon: [8]
            random_seed: 1
            allow_overlap: true
            devices: [%s]
            """
                .formatted(evaluation, guard, devices));
    return grey.run("run", job, "--out", temp.resolve("out"), "--accelerator", "cpu", "--json");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(temp.resolve("out/other"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private JsonNode step(String name) throws IOException {
    return JSON.readTree(temp.resolve("out/other/journal.json").toFile()).path(name);
  }

  @Test
  void theRepairedModelIsGuardedAttackedAndJudged() throws IOException {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      String device = "\"" + agent.address() + "\"";
      JsonNode guard =
          run("", "max_left: 20%, attack_seeds: 8", device).done().json().at("/other/guard");
      Path pair = temp.resolve("out/other");
      JsonNode band = guard.get("band");
      OnnxModel repaired = OnnxModel.read(pair.resolve("repaired.onnx"));
      assertEquals(repaired.sha256(), band.get("compressed_sha256").asText());
      Corpus found = Corpus.open(pair.resolve("guard-corpus"));
      assertEquals(repaired.sha256(), found.header().compressedSha256());
      assertEquals("severity", found.header().settings().get("algorithm"));
      assertEquals(0.2, band.at("/target/max_left").doubleValue());
      assertTrue(band.at("/calibrated/adversarial_left/of").intValue() >= 5, band.toString());
      assertTrue(band.at("/attack/seeds_past_guard/of").intValue() == 8, band.toString());

      int deferred =
          band.at("/calibrated/deferred/count").intValue()
              + band.at("/measured/deferred/count").intValue();
      assertEquals(2, guard.get("judges").size(), guard.toString());
      for (JsonNode judge : guard.get("judges")) {
        assertEquals(256, judge.at("/deferred/of").intValue(), guard.toString());
        assertEquals(deferred, judge.at("/deferred/count").intValue(), guard.toString());
        assertEquals(
            found.inputs().size(), judge.at("/adversarial_left/of").intValue(), guard.toString());
      }
      assertEquals(0, guard.get("failed").size(), guard.toString());
      assertTrue(
          OnnxModel.read(pair.resolve("guarded.onnx")).graph().outputs().stream()
              .anyMatch(output -> output.name().equals("certain")));

      String junit = Files.readString(temp.resolve("out/junit.xml"));
      assertTrue(junit.contains("tests=\"2\" failures=\"0\""), junit);
      assertTrue(junit.contains("guard of other"), junit);
      String page = Files.readString(temp.resolve("out/report.html"));
      assertTrue(page.contains("Guard band: deferred against left"), page);
      assertTrue(page.contains("of 8 seeds"), page);
      assertTrue(page.contains("What judges defer"), page);
      resumes(guard, device);
    }
  }

  /** With the settings of before nothing is done again, with others what depends on them. */
  private void resumes(JsonNode guard, String device) throws IOException {
    JsonNode again =
        run("", "max_left: 20%, attack_seeds: 8", device).done().json().at("/other/guard");
    assertEquals(guard, again);
    JsonNode search = step("search-guard");
    JsonNode attack = step("attack-guard");
    JsonNode judged = step("judge-guarded");
    JsonNode other = run("", "max_deferred: 5%, attack_seeds: 8", device).done().json();
    assertEquals(0.05, other.at("/other/guard/band/target/max_deferred").doubleValue());
    assertEquals(search, step("search-guard"));
    assertFalse(attack.equals(step("attack-guard")));
    assertFalse(judged.equals(step("judge-guarded")));
  }

  @Test
  void tooFewDeviationsOfTheRepairedModelGiveNoGuardAndTheReportSaysSo() throws IOException {
    JsonNode guard = run("", "max_left: 0.01, export: false", "").done().json().at("/other/guard");
    String why = guard.get("refusal").asText();
    assertTrue(why.contains("expected at least 100"), why);
    assertTrue(guard.get("band").isNull(), guard.toString());
    List<String> names = new ArrayList<>(files());
    assertFalse(names.contains("guarded.onnx"), names.toString());
    assertFalse(names.contains("guard-past"), names.toString());
    String junit = Files.readString(temp.resolve("out/junit.xml"));
    assertTrue(junit.contains("<skipped message=\"the calibrated half has"), junit);
    assertTrue(Files.readString(temp.resolve("out/report.html")).contains(why));
  }

  @Test
  void aGuardThatCannotBeIsRefusedBeforeAnyStep() throws IOException {
    run("", "export: true", "").isRefused("neither max_left nor max_deferred is given");
    run("", "max_left: 1%, max_deferred: 1%", "").isRefused("max_left and max_deferred are given");
    run("", "max_left: 150%", "").isRefused("'150%'", "such as 1% or 0.01");
    run("", "max_left: some", "").isRefused("'some'", "such as 1% or 0.01");
    run("", "max_left: 1%, attack_seeds: -1", "").isRefused("attack_seeds is -1");
    run(", range: \"0:100\"", "max_deferred: 5%", "")
        .isRefused("clean pictures, too few", "expected at least 72");
    assertFalse(Files.exists(temp.resolve("out/other")), "a step has begun");
  }
}
