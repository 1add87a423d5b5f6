package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The contract of the command line: exit codes, sentences and JSON. */
class MainTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);

  @TempDir Path temp;
  private Path model;
  private Path data;

  /** What one call of the program left. */
  private record Outcome(int code, String out, String err) {}

  private Outcome run(Object... args) {
    List<Object> all = new ArrayList<>(List.of(args));
    if (args.length > 0
        && List.of("search", "repair", "confirm", "check", "device").contains(args[0])) {
      // Not the database of whoever runs the tests.
      all.addAll(List.of("--database", "jdbc:h2:file:" + temp.resolve("fleet")));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(all.stream().map(Object::toString).toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  /** One sentence of the program's, no stack trace, nothing on standard output. */
  private static void refused(Outcome outcome, String... words) {
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals("", outcome.out());
    List<String> ours =
        outcome.err().lines().filter(line -> line.startsWith("plumbline: ")).toList();
    assertEquals(1, ours.size(), outcome.err());
    assertFalse(outcome.err().contains("\tat "), outcome.err());
    for (String word : words) {
      assertTrue(ours.get(0).contains(word), () -> "'" + word + "' is not in: " + ours.get(0));
    }
  }

  /** Label 1 where the picture is bright, label 0 where it is dark. */
  private static OnnxModel bright(float threshold) {
    GraphBuilder graph = new GraphBuilder("bright");
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 1, 4, 4)), Map.of());
    float[] weights = new float[32];
    for (int i = 0; i < 16; i++) {
      weights[2 * i + 1] = 1 / 16f;
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {16, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, threshold, 0));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    return graph.build();
  }

  private static Picture grey(int value) {
    byte[] pixels = new byte[SHAPE.bytes()];
    Arrays.fill(pixels, (byte) value);
    return new Picture(SHAPE, pixels);
  }

  @BeforeEach
  void writeModelAndData() throws IOException {
    model = temp.resolve("model.onnx");
    PreprocessingMetadata.write(bright(0.5f), PLAIN).write(model);
    data = temp.resolve("data");
    for (int i = 0; i < 2; i++) {
      // The last of the dark class is bright: three of four labels are right.
      Path folder = Files.createDirectories(data.resolve(i == 0 ? "dark" : "light"));
      Files.write(folder.resolve("0.png"), PngFile.encode(grey(i == 0 ? 20 : 220)));
      Files.write(folder.resolve("1.png"), PngFile.encode(grey(i == 0 ? 210 : 230)));
    }
  }

  private Path bare() {
    Path file = temp.resolve("bare.onnx");
    bright(0.5f).write(file);
    return file;
  }

  /** One valid picture, dark, of a seed that both models call dark. */
  private Path corpus(OnnxModel compressed) {
    Path folder = temp.resolve("corpus");
    CorpusOrigin origin =
        new CorpusOrigin(
            "a".repeat(64),
            compressed.sha256(),
            PLAIN,
            SHAPE,
            List.of("dark", "light"),
            Map.of("algorithm", "compd", "steps", 1, "random_seed", 1, "data", "none"));
    CorpusInput input =
        CorpusInput.found(0, 1, 0, 0, 0, 0.6f, 0.6f, PictureDistance.between(grey(90), grey(100)));
    try (CorpusWriter writer = CorpusWriter.create(folder, origin)) {
      writer.seed(0, grey(90));
      writer.add(input, grey(100));
      writer.finish(CorpusCounts.of(1, List.of(input)));
    }
    return folder;
  }

  private static void oneJsonObject(String text, String... keys) throws IOException {
    assertEquals(1, text.lines().count(), text);
    JsonNode json = new ObjectMapper().readTree(text);
    assertTrue(json.isObject(), text);
    for (String key : keys) {
      assertTrue(json.has(key), () -> key + " is not in " + text);
    }
  }

  @Test
  void evaluateAlsoTellsTheAgreementWithAnOriginal() throws IOException {
    Outcome outcome =
        run(
            "evaluate",
            model,
            "--data",
            data,
            "--original",
            model,
            "--json",
            "--accelerator",
            "cpu");
    assertEquals(0, outcome.code(), outcome.err());
    // A model agrees with itself.
    assertEquals(1.0, new ObjectMapper().readTree(outcome.out()).get("agreement").asDouble());
  }

  @Test
  void evaluatePrintsTheShareOfRightLabels() throws IOException {
    Outcome outcome = run("evaluate", model, "--data", data, "--json", "--accelerator", "cpu");
    assertEquals(0, outcome.code(), outcome.err());
    oneJsonObject(outcome.out(), "accuracy", "pictures", "sha256");
    // By hand: 20 is dark, 210 of the dark class is not, 220 and 230 are light.
    assertEquals(0.75, new ObjectMapper().readTree(outcome.out()).get("accuracy").asDouble());
    assertTrue(outcome.err().contains("CPUExecutionProvider"), outcome.err());
  }

  @Test
  void inspectTellsWhatAModelIsMadeOf() throws IOException {
    Outcome outcome = run("inspect", model, "--json", "--accelerator", "cpu");
    assertEquals(0, outcome.code(), outcome.err());
    oneJsonObject(
        outcome.out(), "inputs", "outputs", "operators", "quantization", "not_differentiable");
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertEquals(1, json.get("operators").get("Gemm").asInt());
    assertEquals("float", json.get("quantization").asText());
    assertEquals(0.5, json.get("sparsity").asDouble());
    assertTrue(json.get("not_differentiable").isNull(), outcome.out());
  }

  @Test
  void aTextFileIsNoModel() throws IOException {
    Path text = Files.writeString(temp.resolve("notes.onnx"), "these are notes, and no model\n");
    refused(run("inspect", text), "notes.onnx");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 100})
  void aTruncatedModelIsRefused(int bytes) throws IOException {
    Path cut = temp.resolve("cut.onnx");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(model), bytes));
    refused(run("evaluate", cut, "--data", data), "cut.onnx");
  }

  @Test
  void aModelThatIsNotThereIsRefused() {
    refused(run("inspect", temp.resolve("none.onnx")), "none.onnx");
  }

  @Test
  void anUnknownVerbIsBadUsage() {
    refused(run("polish"), "polish", "--help");
  }

  @Test
  void anUnknownOptionIsBadUsage() {
    refused(run("evaluate", model, "--data", data, "--sparkle"), "--sparkle");
  }

  @Test
  void aMissingVerbIsBadUsage() {
    refused(run(), "verb");
  }

  @Test
  void everyVerbOfTheContractIsThere() {
    assertEquals(
        List.of(
            "demo",
            "run",
            "inspect",
            "layers",
            "evaluate",
            "train",
            "quantize",
            "prune",
            "distill",
            "search",
            "confirm",
            "repair",
            "attack",
            "check",
            "device",
            "agent",
            "serve"),
        Main.commandLine().getSubcommands().keySet().stream()
            .sorted(java.util.Comparator.comparingInt(MainTest::placeInContract))
            .toList());
  }

  private static int placeInContract(String verb) {
    return List.of(
            "demo",
            "run",
            "inspect",
            "layers",
            "evaluate",
            "train",
            "quantize",
            "prune",
            "distill",
            "search",
            "confirm",
            "repair",
            "attack",
            "check",
            "device",
            "agent",
            "serve")
        .indexOf(verb);
  }

  @Test
  void preprocessingIsNeverGuessed() {
    refused(run("evaluate", bare(), "--data", data), "--mean", "--std", "bare.onnx");
    refused(run("evaluate", bare(), "--data", data, "--mean", "0"), "--mean", "--std");
  }

  @Test
  void preprocessingMayComeFromOptions() {
    Outcome outcome = run("evaluate", bare(), "--data", data, "--mean", "0", "--std", "1");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("75.00 %"), outcome.out());
  }

  @ParameterizedTest
  @CsvSource({"--mean, 0.5", "--std, 2", "--layout, nhwc", "--channels, bgr", "--mean, grey"})
  void preprocessingThatContradictsTheModelIsRefused(String option, String value) {
    refused(run("evaluate", model, "--data", data, option, value), option);
  }

  @Test
  void aModelThatTakesNoPictureIsRefused() {
    GraphBuilder graph = new GraphBuilder("sentences");
    graph.initializer("w", Tensor.ofFloats(new long[] {7, 2}, new float[14]));
    graph.output(
        graph.node("MatMul", "logits", List.of(graph.input("words", 7), "w"), Map.of()), 2);
    Path file = temp.resolve("sentences.onnx");
    PreprocessingMetadata.write(graph.build(), PLAIN).write(file);
    refused(run("evaluate", file, "--data", data), "sentences.onnx", "7");
  }

  @Test
  void dataThatAreNotThereAreRefused() {
    refused(run("evaluate", model, "--data", temp.resolve("nowhere")), "nowhere");
    refused(run("evaluate", model, "--data", data, "--range", "0:99"), "0:99", "4");
    refused(run("evaluate", model, "--data", data, "--split", "half"), "half");
  }

  @Test
  void cudaWithoutAGpuIsRefusedWithTheReason() {
    if (RuntimeProvider.best().kind() == RuntimeProvider.Kind.CUDA) {
      Outcome outcome = run("evaluate", model, "--data", data, "--accelerator", "cuda");
      assertTrue(outcome.err().contains("CUDAExecutionProvider"), outcome.err());
      return;
    }
    refused(run("evaluate", model, "--data", data, "--accelerator", "cuda"), "cuda");
  }

  @Test
  void anUnknownArchitectureIsRefusedBeforeAnythingIsWritten() {
    Path out = temp.resolve("new.onnx");
    refused(
        run("train", "--arch", "lenet6", "--data", data, "--epochs", 1, "--out", out),
        "lenet6",
        "lenet5");
    assertFalse(Files.exists(out));
  }

  @Test
  void verifyingTakesDataAndVerifyOptionsTakeVerify() {
    refused(run("inspect", model, "--verify"), "--verify", "--data");
    refused(run("inspect", model, "--data", data), "--data", "--verify");
    refused(run("inspect", model, "--original", model), "--original", "--verify");
  }

  @Test
  void anUnknownAlgorithmIsRefused() {
    refused(
        run(
            "search",
            "--original",
            model,
            "--compressed",
            model,
            "--data",
            data,
            "--algorithm",
            "guess",
            "--out",
            temp.resolve("found")),
        "guess",
        "compd");
    assertFalse(Files.exists(temp.resolve("found")));
  }

  private Outcome searched(Path compressed, Path found) {
    Outcome outcome =
        run(
            "search",
            "--original",
            model,
            "--compressed",
            compressed,
            "--data",
            data,
            "--steps",
            2,
            "--out",
            found,
            "--json",
            "--accelerator",
            "cpu");
    assertEquals(0, outcome.code(), outcome.err());
    return outcome;
  }

  @Test
  void searchAnswersWithTheKeysOfTheContract() throws IOException {
    Path compressed = temp.resolve("compressed.onnx");
    PreprocessingMetadata.write(bright(0.52f), PLAIN).write(compressed);
    Path found = temp.resolve("found");
    Outcome outcome = searched(compressed, found);
    oneJsonObject(
        outcome.out(),
        "seeds",
        "mutated",
        "effective",
        "valid",
        "invalid",
        "seeds_with_deviation",
        "mean_rms",
        "mean_linf",
        "by_confidence",
        "seconds",
        "kept",
        "natural",
        "run");
    assertEquals(8, new ObjectMapper().readTree(outcome.out()).get("mutated").asInt());
    assertTrue(Files.exists(found.resolve("corpus.json")));
    // The host has judged what was found.
    Outcome check = run("check", "--corpus", found, "--model", compressed, "--accelerator", "cpu");
    assertEquals(0, check.code(), check.err());
  }

  /** The pictures 1.png of the folder dark are bright: the original calls them light. */
  @Test
  void searchMarksSeedsThatTheOriginalGetsWrongAndCountsDeviationsByConfidence()
      throws IOException {
    Path compressed = temp.resolve("compressed.onnx");
    PreprocessingMetadata.write(bright(0.9f), PLAIN).write(compressed);
    Path found = temp.resolve("found");
    Outcome outcome = searched(compressed, found);
    JsonNode sure = new ObjectMapper().readTree(outcome.out()).get("by_confidence");
    // Three bright seeds of 210 to 230: the original's logits are 0.5 and 0.82 to 0.9, so that its
    // confidence is below 0.6; the compressed model's 0.9 outweighs them.
    assertEquals("{\"0.5\":3,\"0.7\":0,\"0.9\":0}", sure.toString());
    for (String row : Files.readAllLines(found.resolve("inputs.jsonl"))) {
      JsonNode json = new ObjectMapper().readTree(row);
      boolean wrong = json.get("seed").asInt() == 2;
      assertEquals(wrong, json.has("data_label"), row);
      assertEquals(wrong ? 0 : -1, json.path("data_label").asInt(-1), row);
    }
  }

  @Test
  void aLeastConfidenceThatNobodyHeedsOrNothingHasIsRefused() {
    Path found = temp.resolve("found");
    refused(
        run(
            "search",
            "--original",
            model,
            "--compressed",
            model,
            "--data",
            data,
            "--out",
            found,
            "--min-confidence",
            "1"),
        "--min-confidence is 1.0",
        "below 1");
    refused(
        run(
            "search",
            "--original",
            model,
            "--compressed",
            model,
            "--data",
            data,
            "--out",
            found,
            "--min-confidence",
            "0.7",
            "--algorithm",
            "compd"),
        "compd",
        "boundary");
    assertFalse(Files.exists(found));
  }

  @Test
  void aCorpusOfOtherModelsIsRefused() {
    Path corpus = corpus(bright(0.9f));
    refused(
        run("confirm", corpus, "--model", model, "--device", "127.0.0.1:1"), "another", "SHA-256");
    refused(
        run(
            "repair",
            "--original",
            model,
            "--compressed",
            model,
            "--corpus",
            corpus,
            "--data",
            data,
            "--out",
            temp.resolve("repaired.onnx")),
        "another",
        "SHA-256");
    assertFalse(Files.exists(temp.resolve("repaired.onnx")));
  }

  @Test
  void checkPassesWhereNothingNewDeviates() throws IOException {
    Outcome outcome =
        run("check", "--corpus", corpus(OnnxModel.read(model)), "--model", model, "--json");
    assertEquals(0, outcome.code(), outcome.err());
    oneJsonObject(outcome.out(), "passed", "judges");
  }

  @Test
  void checkFailsWithExitCodeOneAboveMaxNew() throws IOException {
    // It calls a picture of grey 100 light, which is 100 / 255 > 0.3.
    Path other = temp.resolve("other.onnx");
    PreprocessingMetadata.write(bright(0.3f), PLAIN).write(other);
    Path corpus = corpus(OnnxModel.read(model));
    Path junit = temp.resolve("junit.xml");
    Outcome outcome = run("check", "--corpus", corpus, "--model", other, "--junit", junit);
    assertEquals(1, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("host: 1 new deviations in 1 pictures"), outcome.out());
    assertTrue(Files.readString(junit).contains("<failure"), Files.readString(junit));
    assertEquals(0, run("check", "--corpus", corpus, "--model", other, "--max-new", 1).code());
  }

  @Test
  void aDeviceThatIsNotThereEndsWithExitCodeThree() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path corpus = corpus(OnnxModel.read(model));
    Outcome outcome = run("confirm", corpus, "--model", model, "--device", "127.0.0.1:" + port);
    assertEquals(3, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("127.0.0.1:" + port), outcome.err());
    // What the host had judged is kept.
    assertTrue(Files.readString(corpus.resolve("inputs.jsonl")).contains("\"host\""));
  }

  @Test
  void aCertificateWithoutItsKeyIsRefused() {
    for (String verb : List.of("confirm", "check")) {
      String corpus = corpus(OnnxModel.read(model)).toString();
      List<Object> args =
          verb.equals("check") ? List.of("--corpus", corpus) : List.<Object>of(corpus);
      List<Object> all = new ArrayList<>(List.of(verb));
      all.addAll(args);
      all.addAll(List.of("--model", model, "--device", "127.0.0.1:1", "--certificate", "host.pem"));
      refused(run(all.toArray()), "--certificate is given without --key");
    }
  }

  @Test
  void aDeviceAddressWithoutPortIsRefused() {
    refused(run("confirm", temp, "--model", model, "--device", "lonely"), "lonely", "HOST:PORT");
  }
}
