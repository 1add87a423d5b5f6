package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that tell what a model is and what it is worth. */
class EvaluateAndInspectTest {
  @TempDir Path temp;
  private Path model;
  private Path data;

  @BeforeEach
  void writeModelAndData() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  @Test
  void evaluateAlsoTellsTheAgreementWithAnOriginal() {
    VerbAnswer answer =
        VerbAnswer.of(
            "evaluate",
            model,
            "--data",
            data,
            "--original",
            model,
            "--json",
            "--accelerator",
            "cpu");
    // A model agrees with itself.
    assertEquals(1.0, answer.done().json().get("agreement").asDouble());
  }

  @Test
  void evaluatePrintsTheShareOfRightLabels() {
    VerbAnswer answer =
        VerbAnswer.of("evaluate", model, "--data", data, "--json", "--accelerator", "cpu").done();
    answer.isOneJsonObject("accuracy", "pictures", "sha256");
    // By hand: 20 is dark, 210 of the dark class is not, 220 and 230 are light.
    assertEquals(0.75, answer.json().get("accuracy").asDouble());
    assertTrue(answer.err().contains("CPUExecutionProvider"), answer.err());
  }

  @Test
  void inspectTellsWhatAModelIsMadeOf() {
    VerbAnswer answer = VerbAnswer.of("inspect", model, "--json", "--accelerator", "cpu").done();
    answer.isOneJsonObject("inputs", "outputs", "operators", "quantization", "not_differentiable");
    JsonNode json = answer.json();
    assertEquals(1, json.get("operators").get("Gemm").asInt());
    assertEquals("float", json.get("quantization").asText());
    assertEquals(0.5, json.get("sparsity").asDouble());
    assertTrue(json.get("not_differentiable").isNull(), answer.out());
  }

  @Test
  void verifyingTakesDataAndVerifyOptionsTakeVerify() {
    VerbAnswer.of("inspect", model, "--verify").isRefused("--verify", "--data");
    VerbAnswer.of("inspect", model, "--data", data).isRefused("--data", "--verify");
    VerbAnswer.of("inspect", model, "--original", model).isRefused("--original", "--verify");
  }
}
