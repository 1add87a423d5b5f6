package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.gateway.JoiningAgent;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.web.Dashboard;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;
import picocli.CommandLine;

/** The verbs of the fleet with a real agent and an H2 file. */
class FleetCommandsTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);

  @TempDir static Path agents;
  @TempDir Path temp;
  private static AgentProcess agent;
  private Path original;
  private Path compressed;
  private Path regressed;
  private Path corpus;
  private Path data;

  @BeforeAll
  static void startAgent() throws IOException {
    agent = TestAgent.start(Files.createDirectory(agents.resolve("store")));
  }

  @AfterAll
  static void stopAgent() {
    agent.close();
  }

  private record Outcome(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }

    int kept() {
      try {
        return json().get("kept").asInt();
      } catch (IOException e) {
        throw new AssertionError(out, e);
      }
    }
  }

  private Outcome run(Object... args) {
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--database", "jdbc:h2:file:" + temp.resolve("fleet")));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(all.stream().map(Object::toString).toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  /** Label 1 where the mean pixel is above the threshold, which is not met by any picture. */
  private Path model(String name, float threshold) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 1, 4, 4)), Map.of());
    float[] weights = new float[32];
    for (int i = 0; i < 16; i++) {
      weights[2 * i + 1] = 1 / 16f;
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {16, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, threshold, 0));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    Path file = temp.resolve(name + ".onnx");
    PreprocessingMetadata.write(graph.build(), PLAIN).write(file);
    return file;
  }

  private static Picture grey(int value) {
    byte[] pixels = new byte[SHAPE.bytes()];
    Arrays.fill(pixels, (byte) value);
    return new Picture(SHAPE, pixels);
  }

  /** Greys 100 and 115, both dark to the original; the compressed model calls the second light. */
  @BeforeEach
  void writeEverything() throws IOException {
    original = model("original", 0.5f);
    compressed = model("compressed", 0.42f);
    regressed = model("regressed", 0.3f);
    corpus = temp.resolve("corpus");
    CorpusOrigin origin =
        new CorpusOrigin(
            OnnxModel.read(original).sha256(),
            OnnxModel.read(compressed).sha256(),
            PLAIN,
            SHAPE,
            List.of("dark", "light"),
            Map.of("algorithm", "compd", "steps", 2, "random_seed", 1, "data", "none"));
    CorpusInput valid =
        CorpusInput.found(0, 1, 0, 0, 0, 0.6f, 0.6f, PictureDistance.between(grey(90), grey(100)));
    CorpusInput effective =
        CorpusInput.found(0, 2, 0, 0, 1, 0.6f, 0.6f, PictureDistance.between(grey(90), grey(115)));
    try (CorpusWriter writer = CorpusWriter.create(corpus, origin)) {
      writer.seed(0, grey(90));
      writer.add(valid, grey(100));
      writer.add(effective, grey(115));
      writer.finish(CorpusCounts.of(1, List.of(valid, effective)));
    }
    data = temp.resolve("data");
    int[] greys = {20, 95, 220, 230};
    for (int i = 0; i < greys.length; i++) {
      Path folder = Files.createDirectories(data.resolve(i < 2 ? "dark" : "light"));
      Files.write(folder.resolve(i + ".png"), PngFile.encode(grey(greys[i])));
    }
  }

  private void addBoard() {
    Outcome added =
        run("device", "add", "board", agent.address(), "--label", "site=plant-2,cpu=any");
    assertEquals(0, added.code(), added.err());
  }

  @Test
  void aDeviceIsAddedListedDescribedAndRemoved() throws IOException {
    addBoard();
    JsonNode listed = run("device", "list", "--select", "site=plant-2", "--json").json();
    assertEquals("board", listed.at("/devices/0/name").asText());
    assertEquals("plant-2", listed.at("/devices/0/labels/site").asText());
    JsonNode described = run("device", "describe", "board", "--json").json();
    assertEquals(System.getProperty("os.arch"), described.get("arch").asText());
    assertTrue(described.get("serving").asBoolean(), described.toString());
    assertEquals(0, run("device", "remove", "board").code());
    assertTrue(run("device", "list").out().contains("the fleet is empty"));
    Outcome again = run("device", "remove", "board");
    assertEquals(2, again.code());
    assertTrue(again.err().contains("board is not in the fleet"), again.err());
  }

  @Test
  void confirmAsksTheSelectedDevicesAndTellsHowJudgesDiffer() throws IOException {
    addBoard();
    Outcome outcome =
        run(
            "confirm",
            corpus,
            "--model",
            compressed,
            "--original",
            original,
            "--select",
            "site=plant-2",
            "--data",
            data,
            "--json",
            "--accelerator",
            "cpu");
    assertEquals(0, outcome.code(), outcome.err());
    JsonNode json = outcome.json();
    assertEquals(2, json.get("judges").size(), outcome.out());
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
        Corpus.open(corpus).header().judges().stream().map(j -> j.id()).toList());
  }

  @Test
  void checkComparesWithTheBaselineAndFailsOnNewFlipsOnly() throws IOException {
    addBoard();
    Object[] check = {
      "check",
      "--corpus",
      corpus,
      "--device",
      "board",
      "--data",
      data,
      "--original",
      original,
      "--accelerator",
      "cpu"
    };
    Outcome first = run(with(check, "--model", compressed, "--json"));
    assertEquals(0, first.code(), first.err());
    Path junit = temp.resolve("junit.xml");
    Path html = temp.resolve("check.html");
    Path result = temp.resolve("check.json");
    Outcome worse =
        run(
            with(
                check,
                "--model",
                regressed,
                "--json",
                "--junit",
                junit,
                "--html",
                html,
                "--result",
                result));
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
    requireJUnit(xml);
    assertEquals(4, xml.split("<failure", -1).length - 1, xml);
    for (String name : List.of("valid", "effective", "clean")) {
      assertEquals(2, xml.split(" name=\"" + name + "\"", -1).length - 1, xml);
    }
    String page = Files.readString(html);
    assertTrue(
        page.contains("000000-001")
            && page.contains("Failed: host has 2 new flips, board has 2 new flips;"),
        page);

    // A run that failed is no baseline, unless it is chosen.
    assertEquals(1, run(with(check, "--model", regressed)).code());
    assertEquals(0, run(with(check, "--model", regressed, "--max-new", 2)).code());
    Outcome chosen =
        run(with(check, "--model", compressed, "--baseline", json.get("run").asInt(), "--json"));
    assertEquals(0, chosen.code(), chosen.err());
    assertEquals(1, chosen.json().at("/judges/0/pictures/0/mended").asInt());
    Outcome none = run(with(check, "--model", compressed, "--baseline", 99));
    assertEquals(2, none.code());
    assertTrue(none.err().contains("run 99"), none.err());
    assertEquals(2, run(with(check, "--model", compressed, "--baseline", "best")).code());
  }

  /** By the schema that Jenkins publishes for what it reads. */
  private static void requireJUnit(String xml) {
    try {
      SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
          .newSchema(FleetCommandsTest.class.getResource("/dev/plumbline/host/report/junit.xsd"))
          .newValidator()
          .validate(new StreamSource(new StringReader(xml)));
    } catch (SAXException | IOException e) {
      throw new AssertionError(xml, e);
    }
  }

  @Test
  void cleanPicturesThatWereLabelledOtherwiseAreComparedAllTheSame() throws IOException {
    // A dark grey among the light ones: the data and the original label it differently.
    Files.write(data.resolve("light").resolve("9.png"), PngFile.encode(grey(95)));
    Object[] check = {
      "check", "--corpus", corpus, "--data", data, "--accelerator", "cpu", "--repeats", 0
    };
    Outcome first = run(with(check, "--model", compressed, "--json"));
    assertEquals(0, first.code(), first.err());
    Path junit = temp.resolve("junit.xml");
    Outcome same =
        run(with(check, "--model", compressed, "--original", original, "--junit", junit));
    assertEquals(0, same.code(), same.err());
    assertTrue(same.out().contains("expected other labels of these clean"), same.out());
    requireJUnit(Files.readString(junit));
    Outcome worse = run(with(check, "--model", regressed, "--original", original, "--json"));
    assertEquals(1, worse.code(), worse.err());
    assertTrue(worse.json().at("/judges/0/new").toString().contains("clean-"), worse.out());
    Outcome data = run(with(check, "--model", regressed, "--json"));
    // Grey 95 of the light ones is what the data call it now; that of the dark ones is not.
    assertEquals(1, data.code(), data.err());
    assertTrue(data.json().at("/judges/0/pictures").toString().contains("labels\":true"));
    assertEquals("model", data.json().at("/judges/0/changed/0/part").asText());
  }

  @Test
  void whatReallyRanIsToldByConfirmAndByTheDevice() throws IOException {
    addBoard();
    Outcome outcome = run("confirm", corpus, "--model", compressed, "--device", "board", "--json");
    assertEquals(0, outcome.code(), outcome.err());
    JsonNode ran = outcome.json().at("/ran/board/0");
    assertEquals("CPUExecutionProvider", ran.get("provider").asText(), outcome.out());
    assertTrue(ran.get("nodes").asInt() > 0, outcome.out());
    assertTrue(ran.get("operators").isObject(), outcome.out());
    JsonNode described = run("device", "describe", "board", "--json").json();
    String sha256 = OnnxModel.read(compressed).sha256();
    assertEquals(ran, described.get("ran").get(sha256).get(0), described.toString());
  }

  @Test
  void whatTheHostSaysInSearchAndRepairIsKeptAndOnlyTheSearchIsABaseline() throws IOException {
    Path found = temp.resolve("found");
    Outcome search =
        run(
            "search",
            "--original",
            original,
            "--compressed",
            compressed,
            "--data",
            data,
            "--epsilon",
            40,
            "--out",
            found,
            "--json",
            "--accelerator",
            "cpu");
    assertEquals(0, search.code(), search.err());
    // 95 of 255 is below both thresholds, and so are and are not the others.
    assertEquals(4, search.json().at("/natural/pictures").asInt(), search.out());
    assertEquals(0, search.json().at("/natural/deviations").asInt(), search.out());
    Outcome repair =
        run(
            "repair",
            "--original",
            original,
            "--compressed",
            compressed,
            "--corpus",
            found,
            "--data",
            data,
            "--epochs",
            1,
            "--out",
            temp.resolve("repaired.onnx"),
            "--accelerator",
            "cpu");
    assertEquals(0, repair.code(), repair.err());
    JsonNode runs = run("device", "runs", "--json").json().get("runs");
    List<String> verbs = new ArrayList<>();
    runs.forEach(r -> verbs.add(r.get("verb").asText() + " " + r.get("passed").asText()));
    assertEquals(List.of("repair null", "repair null", "search true"), verbs);
    assertTrue(search.kept() > 0, search.out());
    runs.forEach(
        r -> {
          assertTrue(r.get("ended").asBoolean(), r.toString());
          assertEquals(search.kept(), r.get("verdicts").asInt(), r.toString());
        });
    Outcome check = run("check", "--corpus", found, "--model", compressed, "--json");
    assertEquals(
        search.json().get("run").asInt(),
        check.json().at("/judges/0/pictures/0/baseline").asInt(),
        check.out());
  }

  private static Object[] with(Object[] args, Object... more) {
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void historySaysThatTheModelHadChanged() throws IOException {
    Object[] check = {"check", "--corpus", corpus, "--accelerator", "cpu", "--repeats", 0};
    assertEquals(0, run(with(check, "--model", compressed)).code());
    assertEquals(1, run(with(check, "--model", regressed)).code());
    JsonNode changes =
        run("device", "history", "--corpus", corpus, "--picture", "000000-001", "--json")
            .json()
            .get("changes");
    assertEquals(1, changes.size(), changes.toString());
    assertEquals("agrees", changes.at("/0/before/outcome").asText());
    assertEquals("deviates", changes.at("/0/after/outcome").asText());
    assertEquals("model", changes.at("/0/changed/0/part").asText());
    assertEquals(OnnxModel.read(regressed).sha256(), changes.at("/0/changed/0/after").asText());
    Outcome runs = run("device", "runs");
    assertTrue(runs.out().lines().findFirst().orElseThrow().contains("check"), runs.out());
    Outcome unknown = run("device", "history", "--corpus", corpus, "--picture", "x");
    assertEquals(2, unknown.code());
    assertTrue(unknown.err().contains("picture x is not in corpus"), unknown.err());
  }

  @Test
  void aDeviceThatIsLostDoesNotStopTheOthers() throws IOException {
    addBoard();
    Path junit = temp.resolve("junit.xml");
    Outcome outcome =
        run(
            "check",
            "--corpus",
            corpus,
            "--model",
            compressed,
            "--device",
            "127.0.0.1:1",
            "--device",
            "board",
            "--junit",
            junit,
            "--json",
            "--accelerator",
            "cpu");
    assertEquals(3, outcome.code(), outcome.err());
    JsonNode json = outcome.json();
    assertEquals("device_lost", json.at("/failures/0/outcome").asText());
    assertEquals(2, json.at("/judges/2/judged").asInt());
    assertTrue(Files.readString(junit).contains("<error"), Files.readString(junit));
    requireJUnit(Files.readString(junit));
    assertFalse(run("device", "runs").out().contains("passed"));
  }

  @Test
  void devicesThatHaveJoinedAHostAreListedJudgedAndMissedWhenTheyAreGone() throws Exception {
    try (Dashboard host = Dashboard.onLoopback(temp, 0)) {
      host.start();
      String dialled = "127.0.0.1:" + host.port();
      try (JoiningAgent agent = JoiningAgent.start(agents, dialled, "pi")) {
        agent.awaitLog("joined");
        JsonNode joined = run("device", "list", "--joined", dialled, "--json").json();
        assertEquals(dialled + "/pi", joined.at("/agents/0/address").textValue());
        assertEquals(0, run("device", "add", "board", dialled + "/pi").code());
        Outcome described = run("device", "describe", "board", "--json");
        assertEquals(0, described.code(), described.err());
        Outcome judged =
            run("confirm", corpus, "--model", compressed, "--device", "board", "--json");
        assertEquals(0, judged.code(), judged.err());
        assertTrue(judged.out().contains("board"), judged.out());
      }
      Outcome lost = run("confirm", corpus, "--model", compressed, "--device", "board");
      assertEquals(3, lost.code(), lost.err());
    }
  }
}
