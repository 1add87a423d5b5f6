package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to compress on the command line, on a model and pictures that come with Plumbline. */
class CompressionCommandsTest {
  private static final Path MODELS = Path.of("..", "models");
  private static final Path ORIGINAL = MODELS.resolve("fashion-mnist-resnet8.onnx");
  private static final Path INT8 = MODELS.resolve("fashion-mnist-resnet8-int8.onnx");
  private static final Path DATA = MODELS.resolve("fashion-mnist-sample");

  @TempDir Path temp;

  private VerbAnswer quantize(Object... more) {
    Object[] base = {
      "quantize",
      ORIGINAL,
      "--data",
      DATA,
      "--split",
      "train",
      "--range",
      "0:16",
      "--out",
      temp.resolve("q.onnx"),
      "--json",
      "--accelerator",
      "cpu"
    };
    return VerbAnswer.of(VerbAnswer.with(base, more));
  }

  @Test
  void layersThatInspectListsStayFloat() throws IOException {
    JsonNode listed = VerbAnswer.of("inspect", ORIGINAL, "--json").done().json().get("layers");
    assertEquals("Gemm", listed.get("logits").asText());
    JsonNode answer = quantize("--keep-float", "stem.conv,logits").done().json();
    assertTrue(answer.get("size").asInt() < answer.get("size_original").asInt());
    assertEquals(
        Files.size(temp.resolve("q.onnx")), answer.get("size").asLong(), "size of the file");
    OnnxModel written = OnnxModel.read(temp.resolve("q.onnx"));
    JsonNode left =
        VerbAnswer.of("inspect", temp.resolve("q.onnx"), "--json").done().json().get("layers");
    assertTrue(!left.has("logits"), "of " + left);
    assertEquals(ModelFacts.Format.QDQ, ModelFacts.of(written).format());
  }

  @Test
  void aLayerThatIsNotThereIsABadInput() {
    VerbAnswer outcome = quantize("--keep-float", "stem.con");
    assertEquals(2, outcome.code());
    assertTrue(
        outcome
            .err()
            .contains("has no layer 'stem.con' to keep in float; the nearest are 'stem.conv'"),
        outcome.err());
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    for (Object[] pair :
        new Object[][] {
          {"--qat-epochs", 1, "--mode", "dynamic"},
          {"--qat-epochs", 1, "--keep-float", "logits"},
          {"--suggest", temp, "--keep-float", "logits"},
          {"--mode", "perhaps"}
        }) {
      VerbAnswer outcome = quantize(pair);
      assertEquals(2, outcome.code(), outcome.err());
      assertTrue(outcome.err().contains("expected"), outcome.err());
    }
  }

  @Test
  void theLayersOfDeviationsAreNamedAndAMixedModelIsWritten() throws IOException {
    Path corpus = temp.resolve("corpus");
    VerbAnswer search =
        VerbAnswer.of(
            "search",
            "--original",
            ORIGINAL,
            "--compressed",
            INT8,
            "--data",
            DATA,
            "--split",
            "test",
            "--range",
            "0:12",
            "--steps",
            "12",
            "--out",
            corpus,
            "--json",
            "--accelerator",
            "cpu");
    int effective = search.done().json().get("effective").asInt();
    assumeTrue(effective > 0, "the search found no deviation to look into");
    Path mixed = temp.resolve("mixed.onnx");
    JsonNode answer =
        VerbAnswer.of(
                "layers",
                corpus,
                "--original",
                ORIGINAL,
                "--compressed",
                INT8,
                "--out",
                mixed,
                "--max-size-growth",
                "50",
                "--json",
                "--accelerator",
                "cpu")
            .done()
            .json();
    assertEquals(effective, answer.get("pictures").asInt());
    assertEquals(14, answer.get("layers").size());
    assertEquals(answer.get("deviations").asInt(), answer.get("restoring").size());
    JsonNode suggestion = answer.get("suggestion");
    assertEquals(Files.size(INT8), suggestion.get("size_before").asLong());
    assertTrue(suggestion.get("size_after").asLong() <= 1.5 * Files.size(INT8));
    assertTrue(suggestion.get("restored_host").asInt() > 0, () -> "of " + suggestion);
    JsonNode quantized = quantize("--suggest", corpus).done().json();
    assertTrue(quantized.has("float_layers"), () -> "of " + quantized);
  }

  @Test
  void aModelsAgreementWithItsOriginalIsToldWhereItIsAskedFor() throws IOException {
    JsonNode answer =
        VerbAnswer.of(
                "evaluate",
                INT8,
                "--original",
                ORIGINAL,
                "--data",
                DATA,
                "--split",
                "test",
                "--range",
                "0:50",
                "--json",
                "--accelerator",
                "cpu")
            .done()
            .json();
    assertTrue(answer.get("agreement").asDouble() > 0.9, () -> "of " + answer);
    assertEquals(50, answer.get("pictures").asInt());
  }
}
