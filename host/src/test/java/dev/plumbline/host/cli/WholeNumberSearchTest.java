package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches that change whole numbers, with the models and data that bench/kinds/tokens.py made: a
 * text has tokens of 2 to 59 between a 1 and zeros.
 */
class WholeNumberSearchTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/tokens");
  private static final Path TOKENS = KIND.resolve("tokens.onnx");
  private static final Path TEXTS = KIND.resolve("tokens.npz");
  private static final int MAX_CHANGES = 4;

  @TempDir private static Path temp;
  private static Path compressed;

  @TempDir private Path own;

  @BeforeAll
  static void quantize() {
    compressed = temp.resolve("int8.onnx");
    VerbAnswer.of("quantize", TOKENS, "--data", TEXTS, "--reduce-range", "--out", compressed)
        .done();
  }

  private Object[] search(Path original, Path found, Path data, Path out, Object... more) {
    Object[] args = {
      "search",
      "--original",
      original,
      "--compressed",
      found,
      "--data",
      data,
      "--range",
      "0:30",
      "--out",
      out,
      "--database",
      database()
    };
    return VerbAnswer.with(args, more);
  }

  private Corpus searched(Object... more) {
    Path out = own.resolve("found");
    VerbAnswer.of(search(TOKENS, compressed, TEXTS, out, more)).done();
    return Corpus.open(out);
  }

  private String database() {
    return "jdbc:h2:file:" + own.resolve("fleet");
  }

  private static List<Decision> decisions(Path model, List<Input> inputs) {
    try (PictureClassifier classifier =
        PictureClassifier.open(
            OnnxModel.read(model), Preprocessing.tensors(), RuntimeProvider.cpu())) {
      return Classification.PLAIN.decide(classifier.logits(inputs));
    }
  }

  private static List<CorpusInput> effective(Corpus corpus) {
    return corpus.inputs().stream()
        .filter(i -> i.pictureClass() == PictureClass.EFFECTIVE)
        .toList();
  }

  private static float[] values(Input input) {
    return ((TensorInput) input).values();
  }

  @Test
  void whatIsFoundDeviatesInOnnxRuntimeAndDiffersInFewWholeNumbersOfTheRangeOfTheData() {
    Corpus corpus = searched("--max-changes", MAX_CHANGES, "--keep-values", "0,1");
    assertEquals(MAX_CHANGES, corpus.header().settings().get("max_changes"));
    assertEquals(List.of(0, 1), corpus.header().settings().get("keep_values"));
    assertFalse(corpus.header().settings().containsKey("epsilon"));
    List<CorpusInput> rows = effective(corpus);
    assertTrue(rows.size() >= 3, rows.size() + " found");
    List<Input> inputs = rows.stream().map(corpus::input).toList();
    List<Decision> byOriginal = decisions(TOKENS, inputs);
    List<Decision> byCompressed = decisions(compressed, inputs);
    for (int i = 0; i < rows.size(); i++) {
      CorpusInput row = rows.get(i);
      assertFalse(Classification.PLAIN.differ(row.seedDecision(), byOriginal.get(i)), row.id());
      assertTrue(Classification.PLAIN.differ(row.seedDecision(), byCompressed.get(i)), row.id());
      float[] seed = values(corpus.seed(row.seed()));
      float[] found = values(inputs.get(i));
      int changes = 0;
      for (int at = 0; at < seed.length; at++) {
        if (found[at] != seed[at]) {
          changes++;
          assertEquals(Math.rint(found[at]), found[at], "whole");
          assertTrue(found[at] >= 2 && found[at] <= 59, row.id() + " has " + found[at]);
          assertTrue(seed[at] >= 2, "what stands for no data stays");
        }
      }
      assertTrue(changes <= MAX_CHANGES, row.id() + " has " + changes + " changes");
    }
  }

  @Test
  void aWalkFindsMoreThanNoiseAndTheSameTwice() {
    Corpus first = searched();
    Path again = own.resolve("again");
    VerbAnswer.of(search(TOKENS, compressed, TEXTS, again)).done();
    assertEquals(first.sha256(), Corpus.open(again).sha256());
    Path noise = own.resolve("noise");
    VerbAnswer.of(search(TOKENS, compressed, TEXTS, noise, "--algorithm", "noise")).done();
    int byNoise = Corpus.open(noise).header().counts().seedsWithDeviation();
    int byWalk = first.header().counts().seedsWithDeviation();
    assertTrue(byWalk > byNoise, byWalk + " seeds, " + byNoise + " by noise");
  }

  @Test
  void theOriginalStaysAsSureAsIsAsked() {
    Corpus corpus = searched("--min-confidence", 0.6, "--max-changes", "50%");
    for (CorpusInput row : effective(corpus)) {
      if (row.step() < 30) {
        assertTrue(row.originalDecision().confidence() >= 0.6, row.id());
      }
    }
  }

  @Test
  void truthValuesAreTurnedOver() {
    Path flags = KIND.resolve("flags.onnx");
    Path data = KIND.resolve("flags.npz");
    Path int8 = own.resolve("int8.onnx");
    VerbAnswer.of(
            "quantize", flags, "--data", data, "--reduce-range", "--per-tensor", "--out", int8)
        .done();
    Path out = own.resolve("found");
    VerbAnswer.of(search(flags, int8, data, out, "--max-changes", 10)).done();
    Corpus corpus = Corpus.open(out);
    assertTrue(effective(corpus).size() >= 3);
    for (CorpusInput row : effective(corpus)) {
      for (float value : values(corpus.input(row))) {
        assertTrue(Set.of(0f, 1f).contains(value), row.id() + " has " + value);
      }
    }
  }

  @Test
  void aDeviceGetsTheSameWholeNumbersAsTheHost() throws IOException {
    Path found = searched().folder();
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(own.resolve("store")))) {
      String device = agent.address().toString();
      VerbAnswer.of(
              "confirm", found, "--model", compressed, "--device", device, "--database", database())
          .done();
      for (CorpusInput row : effective(Corpus.open(found))) {
        assertTrue(row.verdicts().get(device).deviates(), row.id());
      }
    }
  }

  @Test
  void aRepairInRoundsLearnsFromWholeNumbers() {
    searched();
    Path out = own.resolve("repaired.onnx");
    Object[] repair = {
      "repair",
      "--corpus",
      own.resolve("found"),
      "--original",
      TOKENS,
      "--compressed",
      compressed,
      "--data",
      TEXTS,
      "--range",
      "30:90",
      "--rounds",
      1,
      "--epochs",
      2,
      "--out",
      out,
      "--json",
      "--database",
      database()
    };
    VerbAnswer.of(repair).done();
    Corpus corpus = Corpus.open(own.resolve("found"));
    List<CorpusInput> rows = effective(corpus);
    List<Decision> found = decisions(out, rows.stream().map(corpus::input).toList());
    int still =
        Classification.PLAIN.differing(
            rows.stream().map(CorpusInput::seedDecision).toList(), found);
    assertTrue(still <= rows.size(), still + " of " + rows.size());
  }

  @Test
  void whatDoesNotGoWithWholeNumbersIsRefusedInASentence() {
    refused("--algorithm", "compd")
        .isRefused(
            "the algorithm compd moves pictures",
            "tensors of whole numbers of 24",
            "expected boundary or noise");
    refused("--epsilon", "2").isRefused("epsilon 2 is for numbers", "expected max changes");
    refused("--max-changes", "25")
        .isRefused("are 25 and an input has 24, expected at most as many");
    refused("--max-changes", "0").isRefused("'0' cannot be read", "such as 3%");
    refused("--max-changes", "101%").isRefused("'101%' cannot be read");
    refused("--keep-values", "x").isRefused("--keep-values");
    Path flags = KIND.resolve("flags.onnx");
    VerbAnswer.of(
            search(flags, flags, KIND.resolve("flags.npz"), own.resolve("n"), "--keep-values", "1"))
        .isRefused("the values to keep are [1]", "expected at least two numbers");
    Path signal = Path.of("src/test/resources/kinds/tensor/signal.onnx");
    Path signals = signal.resolveSibling("signals.npz");
    VerbAnswer.of(search(signal, signal, signals, own.resolve("n"), "--max-changes", 3))
        .isRefused("max changes 3 is for models that take whole numbers", "expected epsilon");
  }

  private VerbAnswer refused(Object... more) {
    return VerbAnswer.of(search(TOKENS, compressed, TEXTS, own.resolve("none"), more));
  }
}
