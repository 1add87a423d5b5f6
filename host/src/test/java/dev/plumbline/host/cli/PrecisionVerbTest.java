package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quantize --suggest precision} on the residual network of resources/precision. */
class PrecisionVerbTest {
  @TempDir Path temp;
  private Path model;
  private Path data;

  @BeforeEach
  void writeModelAndPictures() throws IOException {
    PrecisionFixture fixture = PrecisionFixture.in(temp);
    model = fixture.model();
    data = fixture.data();
  }

  private VerbAnswer suggest(Object... more) {
    Object[] base = {
      "quantize", model, "--data", data, "--suggest", "precision", "--accelerator", "cpu"
    };
    return VerbAnswer.of(VerbAnswer.with(base, more));
  }

  @Test
  void eachPointIsAFileAndOneIsChosen() throws IOException {
    Path out = temp.resolve("points");
    VerbAnswer answer = suggest("--attack-seeds", 2, "--out", out, "--json").done();
    JsonNode json = answer.json();
    List<String> names = new ArrayList<>();
    for (JsonNode point : json.get("points")) {
      names.add(point.get("name").asText());
      if (point.get("file").isNull()) {
        assertTrue(point.get("seeds").isNull(), point.toString());
      }
      if (point.get("name").asText().equals("float")) {
        assertTrue(point.get("file").isNull());
        assertEquals(0, point.get("margin_error").asDouble());
        assertEquals(0, point.get("natural_deviations").asInt());
      }
      if (point.get("file").isNull()) {
        continue;
      }
      OnnxModel written = OnnxModel.read(Path.of(point.get("file").asText()));
      assertEquals(written.sha256(), point.get("sha256").asText());
      assertEquals(written.bytes().length, point.get("size").asInt());
      assertEquals(2, point.get("seeds").asInt());
      assertTrue(point.get("latency_ms").asDouble() > 0);
    }
    assertEquals(
        List.of(
            "int8",
            "float-1",
            "float-4",
            "float-7",
            "float-8",
            "float-additions",
            "int16-activations",
            "float"),
        names.stream().filter(name -> !name.startsWith("layers-")).toList());
    assertEquals(0, json.get("points").get(0).get("latency_increase").asDouble());
    assertEquals(
        0, json.get("points").get(names.size() - 2).get("integer_kernels").asInt(), "of 16 bits");
    assertTrue(names.contains(json.get("chosen").asText()));
    assertEquals(
        json.get("sha256").asText(), OnnxModel.read(Path.of(json.get("model").asText())).sha256());
    JsonNode kept = new ObjectMapper().readTree(out.resolve("precision.json").toFile());
    assertEquals(json.get("points"), kept.get("points"));
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("More latency on host against seeds left"), page);
    assertTrue(page.contains("<circle"), "a dot for each graph");
    assertTrue(page.contains(json.get("chosen").asText() + ", chosen"), page);

    // Again: nothing is measured or searched once more, and another budget goes on from there.
    Path search = out.resolve("searches/int8/choosing/any/corpus.json");
    FileTime first = Files.getLastModifiedTime(search);
    VerbAnswer table =
        suggest("--attack-seeds", 2, "--out", out, "--max-latency-increase", "100000%").done();
    assertEquals(first, Files.getLastModifiedTime(search));
    String latency =
        String.format(Locale.ROOT, "%.3f", json.get("points").get(1).get("latency_ms").asDouble());
    assertTrue(
        table.out().lines().anyMatch(line -> line.matches("float-1 +" + latency + " .*")),
        table.out());
    assertTrue(table.out().contains("chosen: "), table.out());
    assertTrue(table.out().contains("within 100000.0 % more latency"), table.out());
    assertTrue(table.out().startsWith("model"), table.out());

    VerbAnswer others = suggest("--attack-seeds", 1, "--out", out);
    assertEquals(2, others.code());
    assertTrue(others.err().contains("of other models, data or settings"), others.err());
  }

  @Test
  void whatCannotBeIsOneSentenceAndNothingIsWritten() throws IOException {
    Path out = temp.resolve("points");
    for (Object[] bad :
        new Object[][] {
          {"--max-latency-increase", "much"},
          {"--max-latency-increase", "-1%"},
          {"--attack-seeds", 0},
          {"--mode", "dynamic"},
          {"--qat-epochs", 1},
          {"--range", "0:5"}
        }) {
      VerbAnswer refused = suggest(VerbAnswer.with(new Object[] {"--out", out}, bad));
      assertEquals(2, refused.code(), refused.err());
      assertTrue(refused.err().contains("expected"), refused.err());
      Refusal.isInPlainWords(refused.err());
      assertFalse(Files.exists(out), bad[0].toString());
    }
    VerbAnswer full = suggest("--out", temp);
    assertEquals(2, full.code());
    assertTrue(full.err().contains("holds other files"), full.err());
  }

  @Test
  void aDeviceMeasuresEachPointTooAndTheBoundHoldsThereAsWell() throws IOException {
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      Path out = temp.resolve("points");
      VerbAnswer answer =
          suggest(
              "--attack-seeds",
              1,
              "--device",
              agent.address(),
              "--max-latency-increase",
              "100000%",
              "--out",
              out,
              "--json");
      JsonNode points = answer.done().json().get("points");
      String device = agent.address().toString();
      assertEquals(0, points.get(0).at("/devices").get(device).get("increase").asDouble());
      for (JsonNode point : points) {
        assertTrue(point.get("devices").get(device).get("median").asDouble() > 0, point.toString());
        assertEquals(0, point.get("refusals").size());
      }
      String page = Files.readString(out.resolve("report.html"));
      assertTrue(page.contains("More latency on " + device), page);
    }
  }

  @Test
  void optionsOfTheChoiceAloneAreRefused() {
    VerbAnswer refused =
        VerbAnswer.of(
            "quantize",
            model,
            "--data",
            data,
            "--out",
            temp.resolve("q.onnx"),
            "--max-latency-increase",
            "10%");
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("expected --suggest precision"), refused.err());
  }

  @Test
  void aRepairChoosesTheGraphFirst() throws IOException {
    Path int8 = temp.resolve("int8.onnx");
    VerbAnswer.of("quantize", model, "--data", data, "--out", int8, "--accelerator", "cpu").done();
    Path corpus = temp.resolve("corpus");
    VerbAnswer.of(
            "search",
            "--original",
            model,
            "--compressed",
            int8,
            "--data",
            data,
            "--range",
            "0:12",
            "--out",
            corpus,
            "--accelerator",
            "cpu")
        .done();
    Path out = temp.resolve("repaired.onnx");
    Object[] repair = {
      "repair",
      "--original",
      model,
      "--compressed",
      int8,
      "--corpus",
      corpus,
      "--data",
      data,
      "--rounds",
      1,
      "--epochs",
      1,
      "--attack-seeds",
      2,
      "--max-accuracy-drop",
      100,
      "--precision-budget",
      "100000%",
      "--out",
      out,
      "--json",
      "--accelerator",
      "cpu"
    };
    VerbAnswer done = VerbAnswer.of(repair).done();
    JsonNode graph = done.json().get("graph");
    Path folder = temp.resolve("repaired.rounds");
    JsonNode ledger = new ObjectMapper().readTree(folder.resolve("ledger.json").toFile());
    assertEquals(graph, ledger.get("graph"));
    OnnxModel chosen =
        OnnxModel.read(folder.resolve("precision/" + graph.get("name").asText() + ".onnx"));
    assertEquals(chosen.sha256(), graph.get("sha256").asText());
    assertFalse(graph.get("name").asText().equals("int8"), graph.toString());
    assertEquals(1000, graph.get("max_latency_increase").asDouble());
    assertEquals(Files.size(int8), graph.get("size_before").asLong());
    OnnxModel repaired = OnnxModel.read(out);
    assertEquals(
        chosen.graph().nodes().stream().map(node -> node.operator()).toList(),
        repaired.graph().nodes().stream().map(node -> node.operator()).toList(),
        "the chosen graph is trained");
    VerbAnswer alone = VerbAnswer.of(VerbAnswer.with(repair, "--attack-seeds", 0, "--rounds", 1));
    assertEquals(2, alone.code(), alone.err());
  }
}
