package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose repair chooses its graph first. */
class PrecisionInJobsTest {
  @TempDir Path temp;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    PrecisionFixture fixture = PrecisionFixture.in(temp);
    out = temp.resolve("out");
    VerbAnswer.of(
            "quantize",
            fixture.model(),
            "--data",
            fixture.data(),
            "--out",
            temp.resolve("int8.onnx"),
            "--accelerator",
            "cpu")
        .done();
  }

  private VerbAnswer run(int rounds, String precision) throws IOException {
    Path job =
        Files.writeString(
            temp.resolve("job.yaml"),
            """
            original: float.onnx
            pairs: {int8: int8.onnx}
            seeds: {data: data, range: "0:12"}
            heldout: {data: data, range: "12:24"}
            evaluation: {data: data, range: "24:44"}
            training: {data: data, range: "44:60"}
            search: {steps: 2}
            repair: {epochs: 1, rounds: %d, attack_seeds: 2, max_accuracy_drop: 100}
            precision: {%s}
            epsilon: [8]
            random_seed: 1
            """
                .formatted(rounds, precision));
    return VerbAnswer.of("run", job, "--out", out, "--accelerator", "cpu", "--json");
  }

  @Test
  void theRepairTrainsTheGraphThatWasChosenAndReportsTellIt() throws IOException {
    String asked = "max_latency_increase: 100000%, attack_seeds: 2";
    JsonNode tried = run(1, asked).done().json().at("/int8/precision");
    JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    assertEquals(tried, summary.findValue("precision"));
    assertEquals(1000, tried.get("max_latency_increase").asDouble());
    JsonNode chosen = null;
    for (JsonNode point : tried.get("points")) {
      assertTrue(point.at("/latency/host/median").asDouble() > 0, point.toString());
      if (point.get("name").equals(tried.get("chosen"))) {
        chosen = point;
      }
    }
    assertEquals(2, chosen.at("/found/seeds").asInt());
    JsonNode journal = new ObjectMapper().readTree(out.resolve("int8/journal.json").toFile());
    JsonNode graph = journal.findValue("ledger").get("graph");
    assertEquals(tried.get("chosen"), graph.get("name"));
    OnnxModel repaired = OnnxModel.read(out.resolve("int8/repaired.onnx"));
    assertEquals(
        graph.get("float_layers").size() == 0 ? 0 : 1,
        repaired.metadata().containsKey("plumbline.float.layers") ? 1 : 0);
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("Graphs of higher precision"), "the report has no front");
    String junit = Files.readString(out.resolve("junit.xml"));
    assertTrue(junit.contains("precision of int8"), junit);
    assertTrue(junit.contains("tests=\"1\" failures=\"0\""), junit);
    assertEquals(tried, run(1, asked).done().json().at("/int8/precision"), "nothing is done again");
  }

  @Test
  void whatCannotBeChosenIsRefusedBeforeAnyStep() throws IOException {
    run(0, "max_latency_increase: 10%").isRefused("repair.rounds is 0", "expected 1 round");
    run(1, "max_latency_increase: much").isRefused("'much'", "such as 10% or 0.1");
    run(1, "attack_seeds: 2").isRefused("max_latency_increase is not given");
    run(1, "max_latency_increase: 10%, attack_seeds: 0").isRefused("attack_seeds is 0");
    assertFalse(Files.exists(out.resolve("int8")), "a step has begun");
  }
}
