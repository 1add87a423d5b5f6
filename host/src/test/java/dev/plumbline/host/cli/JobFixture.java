package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Models of one layer, a corpus and a job small enough to be begun many times, a fleet's database,
 * and what stands in them.
 */
final class JobFixture {
  static final int INPUTS = 400;
  private static final int SIDE = 6;
  private static final PictureShape SHAPE = new PictureShape(1, SIDE, SIDE);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0.5f), List.of(0.5f), Layout.NCHW, ChannelOrder.RGB);

  final Path folder;
  final Path original;
  final Path compressed;
  final Path corpus;
  private Path databaseFolder;

  JobFixture(Path folder) throws IOException {
    this.folder = folder;
    this.databaseFolder = folder;
    original = model("original", 1f);
    // Weights in quarters, as a coarse quantization leaves them.
    compressed = model("compressed", 4f);
    corpus = folder.resolve("corpus");
    writeCorpus(corpus);
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      Path of = Files.createDirectories(folder.resolve("data").resolve(i % 2 == 0 ? "a" : "b"));
      Files.write(of.resolve(i + ".png"), PngFile.encode(noise(random)));
    }
  }

  void keepDatabaseIn(Path other) {
    databaseFolder = other;
  }

  private Path model(String name, float steps) {
    GraphBuilder graph = new GraphBuilder(name);
    String flat =
        graph.node("Flatten", "flat", List.of(graph.input("input", 1, SIDE, SIDE)), Map.of());
    Random random = new Random(11);
    float[] weights = new float[2 * SIDE * SIDE];
    for (int i = 0; i < weights.length; i++) {
      float weight = (float) random.nextGaussian();
      weights[i] = steps > 1 ? Math.round(weight * steps) / steps : weight;
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {SIDE * SIDE, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, 0, 0));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    Path file = folder.resolve(name + ".onnx");
    PreprocessingMetadata.write(graph.build(), PLAIN).write(file);
    return file;
  }

  private static Picture noise(Random random) {
    byte[] pixels = new byte[SHAPE.bytes()];
    random.nextBytes(pixels);
    return new Picture(SHAPE, pixels);
  }

  /** The labels said to be found play no part where judges are asked. */
  void writeCorpus(Path out) {
    CorpusOrigin origin =
        new CorpusOrigin(
            OnnxModel.read(original).sha256(),
            OnnxModel.read(compressed).sha256(),
            PLAIN,
            SHAPE,
            Classification.PLAIN,
            List.of("a", "b"),
            Map.of("algorithm", "compd", "steps", 1, "random_seed", 1, "data", "none"));
    Random random = new Random(7);
    List<CorpusInput> inputs = new ArrayList<>();
    try (CorpusWriter writer = CorpusWriter.create(out, origin)) {
      Picture seed = noise(random);
      writer.seed(0, seed);
      for (int i = 0; i < INPUTS; i++) {
        Picture picture = noise(random);
        CorpusInput input =
            CorpusInput.found(
                Classification.PLAIN,
                0,
                i + 1,
                Label.known(0),
                new Label(0, 0.6f),
                new Label(i % 2, 0.6f),
                PictureDistance.between(seed, picture));
        writer.add(input, picture);
        inputs.add(input);
      }
      writer.finish(CorpusCounts.of(1, inputs));
    }
  }

  /** A job with all steps, on a device that is not waited for. */
  Path job(DeviceAddress device) throws IOException {
    return Files.writeString(
        folder.resolve("job.yaml"),
        """
        original: original.onnx
        pairs: {coarse: compressed.onnx}
        seeds: {data: data, range: "0:20"}
        heldout: {data: data, range: "20:40"}
        evaluation: {data: data, range: "40:60"}
        training: {data: data}
        search: {steps: 10, keep_close: 1000, close_per_seed: 10}
        repair: {epochs: 1, attack_seeds: 6}
        epsilon: [8]
        random_seed: 1
        allow_overlap: true
        devices: ["%s"]
        access: {reconnect: 0}
        """
            .formatted(device));
  }

  /** A port that is free now, for an agent that is to come back to where it was. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static AgentProcess agent(Path folder) {
    return TestAgent.start(folder.resolve("store"));
  }

  String[] withDatabase(Object... args) {
    List<String> all = new ArrayList<>();
    for (Object arg : args) {
      all.add(arg.toString());
    }
    all.addAll(List.of("--database", url(), "--accelerator", "cpu"));
    return all.toArray(String[]::new);
  }

  VerbAnswer run(Object... args) {
    return VerbAnswer.of((Object[]) withDatabase(args));
  }

  String url() {
    return "jdbc:h2:file:" + databaseFolder.resolve("fleet");
  }

  /** Outcomes of one judge in a corpus, by picture. */
  static Map<String, Outcome> inCorpus(Path corpus, String judge) {
    Map<String, Outcome> outcomes = new TreeMap<>();
    for (CorpusInput input : Corpus.open(corpus).inputs()) {
      Verdict verdict = input.verdicts().get(judge);
      if (verdict != null) {
        outcomes.put(input.id(), verdict.outcome());
      }
    }
    return outcomes;
  }

  /** A row of the database. */
  record Row(long run, String judge, String picturesSha256, String picture, Outcome outcome) {}

  /** All verdicts that the database holds, row by row, read without Plumbline's own code. */
  List<Row> rows() throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select j.run_id, j.judge, j.pictures_sha256, v.picture, v.outcome from verdict v"
                    + " join judging j on j.id = v.judging_id")) {
      while (row.next()) {
        rows.add(
            new Row(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Outcome.ofWord(row.getString(5))));
      }
    }
    return rows;
  }

  /** The number of the last run that passed. */
  long lastPassed() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select max(id) from judge_run where passed = true")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Outcomes of one judge in one run, by picture; fails where a picture has two rows. */
  Map<String, Outcome> inDatabase(long run, String judge, Path corpus) throws SQLException {
    String sha256 = Corpus.open(corpus).sha256();
    Map<String, Outcome> outcomes = new TreeMap<>();
    for (Row row : rows()) {
      if (row.run() == run && row.judge().equals(judge) && row.picturesSha256().equals(sha256)) {
        assertEquals(null, outcomes.put(row.picture(), row.outcome()), row.toString());
      }
    }
    return outcomes;
  }

  /** Figures of a job that do not depend on the clock. */
  JsonNode figures(Path out) throws IOException {
    JsonNode summary = new ObjectMapper().readTree(Files.readAllBytes(out.resolve("summary.json")));
    ObjectNode pair = (ObjectNode) summary.get("coarse");
    pair.remove("seconds");
    return pair;
  }
}
