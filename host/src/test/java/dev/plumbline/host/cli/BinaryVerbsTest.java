package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Classifiers of two classes with one output: the score of "light" is the mean pixel less a
 * threshold, so that every decision can be had by hand.
 */
class BinaryVerbsTest {
  private static final int SLOPE = 8;

  @TempDir Path temp;
  private GreyFixture grey;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    grey = new GreyFixture(temp);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  /** How a model ends. */
  enum End {
    LOGIT,
    SIGMOID,
    TWO_LOGITS
  }

  /** The score is the slope times what the mean pixel, of 0 to 1, is above the threshold. */
  private Path model(End end, float threshold) {
    GraphBuilder graph = new GraphBuilder("model");
    String flat = graph.node("Flatten", "flat", List.of(graph.input("input", 1, 4, 4)), Map.of());
    int outputs = end == End.TWO_LOGITS ? 2 : 1;
    float[] weights = new float[16 * outputs];
    for (int i = 0; i < 16; i++) {
      weights[outputs * i + outputs - 1] = SLOPE / 16f;
    }
    float[] bias = new float[outputs];
    bias[outputs - 1] = -SLOPE * threshold;
    graph.initializer("w", Tensor.ofFloats(new long[] {16, outputs}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {outputs}, bias));
    String score = graph.node("Gemm", "score", List.of(flat, "w", "b"), Map.of());
    String output =
        end == End.SIGMOID ? graph.node("Sigmoid", "light", List.of(score), Map.of()) : score;
    graph.output(output, outputs);
    OnnxModel model = PreprocessingMetadata.write(graph.build(), GreyFixture.PLAIN);
    Path file = temp.resolve(end + "-" + threshold + ".onnx");
    model.write(file);
    return file;
  }

  @ParameterizedTest
  @EnumSource(names = {"LOGIT", "SIGMOID"})
  void oneNumberIsReadAsTheScoreOfTheSecondClass(End end) {
    // Of the grey 20, 210, 220 and 230, of which 20 and 210 are dark.
    Object[] args = {"evaluate", model(end, 0.5f), "--data", data, "--task", "binary", "--json"};
    JsonNode answer = VerbAnswer.of(args).done().json();
    assertEquals(0.75, answer.get("accuracy").doubleValue());
    assertEquals("binary", answer.get("task").get("kind").textValue());
    Object[] strict = VerbAnswer.with(args);
    strict[1] = model(end, 0.85f);
    assertEquals(1, VerbAnswer.of(strict).done().json().get("accuracy").doubleValue());
  }

  @Test
  void oneNumberIsNeverTakenForAScoreUnsaid() {
    Path model = model(End.LOGIT, 0.5f);
    VerbAnswer.of("evaluate", model, "--data", data).isRefused("one number", "--task binary");
    VerbAnswer.of("evaluate", model, "--data", data, "--task", "binery")
        .isRefused("--task is 'binery'", "the nearest is 'binary'");
    VerbAnswer.of("evaluate", model(End.TWO_LOGITS, 0.5f), "--data", data, "--task", "binary")
        .isRefused("Nx2", "expected one number");
  }

  /** The oracle is the same classifier with a logit for each class, of which the first is 0. */
  @ParameterizedTest
  @EnumSource(names = {"LOGIT", "SIGMOID"})
  void searchFindsWhatItFindsInTheSameModelWithTwoOutputs(End end) throws IOException {
    // Near the boundaries, which lie at 127.5 and 132.6.
    grey.addPicture("dark/2.png", 120);
    grey.addPicture("light/2.png", 140);
    Path binary = search(end, "binary");
    Path two = search(End.TWO_LOGITS, "classification");
    List<CorpusInput> found = Corpus.open(binary).inputs();
    List<CorpusInput> expected = Corpus.open(two).inputs();
    assertEquals(expected.size(), found.size());
    assertTrue(
        found.stream()
            .anyMatch(
                input ->
                    Label.of(input.originalDecision()).number()
                        != Label.of(input.compressedDecision()).number()));
    for (int i = 0; i < found.size(); i++) {
      CorpusInput a = found.get(i);
      CorpusInput b = expected.get(i);
      assertEquals(b.id(), a.id());
      assertEquals(b.pictureClass(), a.pictureClass());
      assertEquals(b.verdicts().get("host").outcome(), a.verdicts().get("host").outcome());
      // A probability of float32, and its log odds, are good to 1e-5 near one half.
      assertEquals(b.originalDecision().confidence(), a.originalDecision().confidence(), 1e-5);
      assertEquals(
          -1, Files.mismatch(two.resolve(b.picture()), binary.resolve(a.picture())), a.picture());
    }
  }

  private Path search(End end, String task) {
    Path out = temp.resolve("corpus-" + end);
    grey.run(
            "search",
            "--original",
            model(end, 0.5f),
            "--compressed",
            model(end, 0.52f),
            "--data",
            data,
            "--out",
            out,
            "--task",
            task,
            "--epsilon",
            "120")
        .done();
    return out;
  }

  @Test
  void modelsMadeFromABinaryOneNeedNoOptionAnyMore() {
    Path model = model(End.LOGIT, 0.5f);
    Path small = temp.resolve("small.onnx");
    VerbAnswer.of("quantize", model, "--data", data, "--task", "binary", "--out", small).done();
    assertEquals(
        0.75,
        VerbAnswer.of("evaluate", small, "--data", data, "--json")
            .done()
            .json()
            .get("accuracy")
            .doubleValue());
  }
}
