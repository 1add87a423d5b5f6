package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said, and what is written, of a model that agrees too little with its parent. */
class WrittenModelsTest {
  @TempDir Path temp;
  private Path model;
  private Path out;

  /** Seven dark pictures and a bright one: ranges without the bright quarter make it dark. */
  @BeforeEach
  void writeModelAndData() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    model = grey.writeModel("model", 0.5f);
    for (int i = 0; i < 7; i++) {
      grey.addPicture("dark/" + i + ".png", 20);
    }
    grey.addPicture("light/0.png", 230);
    out = temp.resolve("q.onnx");
  }

  private VerbAnswer quantize(Object... more) {
    Object[] base = {
      "quantize", model, "--data", temp.resolve("data"), "--accelerator", "cpu", "--out", out,
    };
    return VerbAnswer.of(VerbAnswer.with(base, more));
  }

  @Test
  void agreementIsToldOfEveryModelThatIsWritten() {
    VerbAnswer answer = quantize("--json").done();
    assertEquals(1, answer.json().get("agreement").asDouble());
    assertEquals(8, answer.json().get("agreement_pictures").asInt());
    assertFalse(answer.json().has("warning"), answer.out());
    assertTrue(Files.exists(out));
  }

  @Test
  void aModelThatAgreesTooLittleIsWrittenWithAWarning() {
    VerbAnswer answer = quantize("--percentile", 51, "--json").done();
    assertEquals(7 / 8.0, answer.json().get("agreement").asDouble());
    String warning = answer.json().get("warning").asText();
    assertTrue(warning.contains("7 of 8 pictures (87.5 %)"), warning);
    assertTrue(answer.err().contains("plumbline: WARNING: " + warning), answer.err());
    assertTrue(Files.exists(out));
  }

  @Test
  void aModelBelowTheLeastAgreementIsNotWritten() {
    VerbAnswer answer = quantize("--percentile", 51, "--min-agreement", 0.9, "--json");
    assertEquals(1, answer.code(), answer.err());
    assertEquals(7 / 8.0, answer.json().get("agreement").asDouble());
    assertFalse(answer.json().has("model"), answer.out());
    assertTrue(answer.err().contains("q.onnx was not written"), answer.err());
    assertFalse(Files.exists(out));
    assertEquals(0, quantize("--percentile", 51, "--min-agreement", 0.8).code());
  }

  @Test
  void aShareThatIsNoneIsRefused() {
    quantize("--min-agreement", 1.5).isRefused("--min-agreement", "0 to 1");
    quantize("--min-agreement", "NaN").isRefused("--min-agreement");
  }
}
