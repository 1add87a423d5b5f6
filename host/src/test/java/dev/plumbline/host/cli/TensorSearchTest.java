package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.FixedInput;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches that move tensors, with the models and data that bench/kinds/tensor.py made. */
class TensorSearchTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/tensor");
  private static final Path SIGNAL = KIND.resolve("signal.onnx");
  private static final Path STATE = KIND.resolve("state.onnx");
  private static final Path SIGNALS = KIND.resolve("signals.npz");
  private static final double EPSILON = 0.25;

  @TempDir private static Path temp;
  private static Path int8;
  private static AgentProcess agent;

  @TempDir private Path own;

  @BeforeAll
  static void quantize() throws IOException {
    int8 = temp.resolve("int8.onnx");
    VerbAnswer.of("quantize", SIGNAL, "--data", SIGNALS, "--out", int8).done();
    agent = TestAgent.start(Files.createDirectory(temp.resolve("store")));
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  private Path database() {
    return own.resolve("fleet");
  }

  private Object[] search(Path original, Path compressed, Path out, Object... more) {
    Object[] args = {
      "search",
      "--original",
      original,
      "--compressed",
      compressed,
      "--data",
      SIGNALS,
      "--range",
      "0:12",
      "--epsilon",
      EPSILON,
      "--out",
      out,
      "--database",
      "jdbc:h2:file:" + database()
    };
    return VerbAnswer.with(args, more);
  }

  private static List<Decision> decisions(OnnxModel model, List<Input> inputs) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, Preprocessing.tensors(), RuntimeProvider.cpu())) {
      return Classification.PLAIN.decide(classifier.logits(inputs));
    }
  }

  @Test
  void whatASearchFindsDeviatesInOnnxRuntimeAndStaysWithinEpsilonAndTheRangeOfTheData() {
    Path out = own.resolve("found");
    JsonNode found = VerbAnswer.of(search(SIGNAL, int8, out, "--json")).done().json();
    assertTrue(found.get("seeds_with_deviation").intValue() >= 6, found.toString());
    Corpus corpus = Corpus.open(out);
    assertEquals(EPSILON, corpus.header().settings().get("epsilon"));
    List<?> range = (List<?>) corpus.header().settings().get("range");
    double low = ((Number) range.get(0)).doubleValue();
    double high = ((Number) range.get(1)).doubleValue();
    List<CorpusInput> rows =
        corpus.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).toList();
    List<Input> inputs = rows.stream().map(corpus::input).toList();
    List<Decision> byOriginal = decisions(OnnxModel.read(SIGNAL), inputs);
    List<Decision> byCompressed = decisions(OnnxModel.read(int8), inputs);
    for (int i = 0; i < rows.size(); i++) {
      CorpusInput row = rows.get(i);
      int label = Label.of(row.seedDecision()).number();
      assertEquals(label, Label.of(byOriginal.get(i)).number(), row.id());
      assertNotEquals(label, Label.of(byCompressed.get(i)).number(), row.id());
      assertTrue(row.picture().endsWith(".npy"), row.picture());
      float[] seed = ((TensorInput) corpus.seed(row.seed())).values();
      float[] values = ((TensorInput) inputs.get(i)).values();
      double largest = 0;
      for (int v = 0; v < values.length; v++) {
        largest = Math.max(largest, Math.abs((double) values[v] - seed[v]));
        assertTrue(values[v] >= low && values[v] <= high, row.id());
      }
      // A sum of float32 numbers below 2 is rounded by 1.2e-7 at most.
      assertTrue(largest <= EPSILON + 2.4e-7, row.id() + " is moved by " + largest);
      assertEquals(largest / (high - low), row.linf(), 1e-6, "as a share of the range");
    }
  }

  @Test
  void theSameSearchGivesTheSameBytesWhateverTheBatch() throws IOException {
    Path first = own.resolve("first");
    Path second = own.resolve("second");
    VerbAnswer.of(search(SIGNAL, int8, first, "--batch", 12)).done();
    VerbAnswer.of(search(SIGNAL, int8, second, "--batch", 12)).done();
    assertEquals(Corpus.open(first).sha256(), Corpus.open(second).sha256());
    for (String file : files(first)) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve("pictures").resolve(file)),
          Files.readAllBytes(second.resolve("pictures").resolve(file)),
          file);
    }
    assertEquals(files(first), files(second));
  }

  private static Set<String> files(Path corpus) throws IOException {
    try (Stream<Path> files = Files.list(corpus.resolve("pictures"))) {
      return files
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void aDeviceGetsTheSameNumbersAsTheHost() {
    Path out = own.resolve("found");
    VerbAnswer.of(search(SIGNAL, int8, out)).done();
    confirmed(out, int8);
  }

  @Test
  void aDeviceGetsFixedInputsByName() {
    Path compressed = own.resolve("state8.onnx");
    Object[] fixed = {"--fixed-input", "rate=16000", "--fixed-input", "state=zeros"};
    VerbAnswer.of(
            VerbAnswer.with(
                new Object[] {"quantize", STATE, "--data", SIGNALS, "--out", compressed}, fixed))
        .done();
    Path out = own.resolve("found");
    VerbAnswer.of(VerbAnswer.with(search(STATE, compressed, out), fixed)).done();
    assertTrue(Corpus.open(out).header().counts().effective() > 0);
    confirmed(out, compressed);
    OnnxModel model = OnnxModel.read(STATE);
    List<FixedInput> inputs =
        Stream.of("rate=16000", "state=zeros")
            .map(text -> FixedInput.parse("--fixed-input", text, model))
            .toList();
    assertEquals(1, new ModelReading(model).withFixed(inputs).batch());
  }

  /** The agent on this machine has the same processor and ONNX Runtime as the host. */
  private void confirmed(Path corpus, Path model) {
    Object[] confirm = {
      "confirm",
      corpus,
      "--model",
      model,
      "--device",
      agent.address().toString(),
      "--database",
      "jdbc:h2:file:" + database()
    };
    VerbAnswer.of(confirm).done();
    for (CorpusInput row : Corpus.open(corpus).inputs()) {
      if (row.pictureClass() != PictureClass.INVALID) {
        boolean onHost = row.verdicts().get("host").deviates();
        Verdict onDevice = row.verdicts().get(agent.address().toString());
        assertEquals(onHost, onDevice.deviates(), row.id());
      }
    }
  }

  @Test
  void aRepairLearnsFromTensorsAndDeviatesLess() {
    Path out = own.resolve("found");
    VerbAnswer.of(search(SIGNAL, int8, out)).done();
    Path repaired = own.resolve("repaired.onnx");
    VerbAnswer.of(
            "repair",
            "--corpus",
            out,
            "--original",
            SIGNAL,
            "--compressed",
            int8,
            "--data",
            SIGNALS,
            "--rounds",
            0,
            "--out",
            repaired,
            "--database",
            "jdbc:h2:file:" + database())
        .done();
    Corpus corpus = Corpus.open(out);
    List<CorpusInput> rows =
        corpus.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).toList();
    List<Decision> found =
        decisions(OnnxModel.read(repaired), rows.stream().map(corpus::input).toList());
    long still =
        IntStream.range(0, rows.size())
            .filter(i -> Classification.PLAIN.differ(rows.get(i).seedDecision(), found.get(i)))
            .count();
    assertTrue(still < rows.size(), still + " of " + rows.size());
  }

  @Test
  void whatCannotBeSearchedIsRefusedInASentence() {
    VerbAnswer.of(search(SIGNAL, int8, own.resolve("none"), "--epsilon", "9")).isRefused("epsilon");
  }

  @Test
  void publishedAlgorithmsMoveTensorsInStepsOfTheirStandardDeviation() {
    for (String algorithm : List.of("compd", "compd-coverage")) {
      Path out = own.resolve(algorithm);
      Object[] more = {"--algorithm", algorithm, "--steps", 4};
      JsonNode found =
          VerbAnswer.of(search(SIGNAL, int8, out, VerbAnswer.with(more, "--json"))).done().json();
      assertEquals(48, found.get("mutated").intValue(), algorithm);
      Corpus corpus = Corpus.open(out);
      double deviation = number(corpus, "deviation");
      List<?> range = (List<?>) corpus.header().settings().get("range");
      double span = ((Number) range.get(1)).doubleValue() - ((Number) range.get(0)).doubleValue();
      // A step changes a number by at most the variance, of a range of 0 to 1, in deviations.
      double step = deviation / span * (deviation / span) * deviation;
      for (CorpusInput row : corpus.inputs()) {
        assertTrue(row.linf() > 0, row.id() + " did not move");
        assertTrue(row.linf() * span <= row.step() * step * (1 + 1e-5), row.id());
      }
    }
    VerbAnswer.of(search(SIGNAL, int8, own.resolve("none"), "--clip", "0.1,0.1"))
        .isRefused("clip has 2 numbers, expected one for tensors");
  }

  private static double number(Corpus corpus, String setting) {
    return ((Number) corpus.header().settings().get(setting)).doubleValue();
  }

  @Test
  void epsilonIsAnyNumberWithinTheRangeOfTheData() throws IOException {
    float[] loud = new float[8 * 64];
    for (int i = 0; i < loud.length; i++) {
      loud[i] = 1000 * (float) Math.sin(0.3 * i + i / 64);
    }
    Path data = own.resolve("loud.npy");
    NpyFile.write(data, List.of(8, 1, 64), loud);
    Path out = own.resolve("found");
    VerbAnswer.of(
            "search",
            "--original",
            SIGNAL,
            "--compressed",
            int8,
            "--data",
            data,
            "--steps",
            2,
            "--epsilon",
            400,
            "--out",
            out,
            "--database",
            "jdbc:h2:file:" + database())
        .done();
    assertEquals(400, number(Corpus.open(out), "epsilon"));
  }

  @Test
  void aRepairSearchesInItsRoundsWithinTheBoundsOfTheCorpus() {
    Path out = own.resolve("found");
    VerbAnswer.of(search(SIGNAL, int8, out)).done();
    Path repaired = own.resolve("repaired.onnx");
    VerbAnswer.of(
            "repair",
            "--corpus",
            out,
            "--original",
            SIGNAL,
            "--compressed",
            int8,
            "--data",
            SIGNALS,
            "--range",
            "12:120",
            "--rounds",
            2,
            "--epochs",
            1,
            "--steps",
            6,
            "--out",
            repaired,
            "--database",
            "jdbc:h2:file:" + database())
        .done();
    assertTrue(Files.exists(repaired));
    Path rounds = own.resolve("repaired.rounds");
    assertTrue(Files.isDirectory(rounds), "rounds and their ledger are kept");
  }
}
