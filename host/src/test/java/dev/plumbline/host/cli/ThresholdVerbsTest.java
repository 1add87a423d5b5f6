package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decisions below a threshold. The models' confidence in "light" is the logistic function of the
 * mean pixel less the model's own threshold, so that every decision can be had by hand.
 */
class ThresholdVerbsTest {
  /** Between the confidences of grey 210, 0.580, and grey 220, 0.590, by the model of 0.5. */
  private static final String RULE = "0.585:dark";

  @TempDir Path temp;
  private GreyFixture grey;
  private Path original;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    grey = new GreyFixture(temp);
    original = grey.writeModel("original", 0.5f);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  private static double confidenceOfLight(double mean, double threshold) {
    return 1 / (1 + Math.exp(threshold - mean));
  }

  @Test
  void evaluateCountsALabelOnlyAboveTheThreshold() throws IOException {
    assertEquals(0.75, evaluated("evaluate", original, "--data", data, "--json"));
    assertEquals(1, evaluated("evaluate", original, "--data", data, "--json", "--threshold", RULE));
    assertEquals(
        0.5,
        evaluated("evaluate", original, "--data", data, "--json", "--threshold", "0.61:light"),
        "both dark pictures are below it");
  }

  private double evaluated(Object... args) throws IOException {
    JsonNode answer = new ObjectMapper().readTree(VerbAnswer.of(args).done().out());
    return answer.get("accuracy").doubleValue();
  }

  @Test
  void whatSearchFindsDeviatesByTheThresholdAndIsCheckedByIt() {
    Path compressed = grey.writeModel("compressed", 0.52f);
    Path out = temp.resolve("corpus");
    grey.run(
            "search",
            "--original",
            original,
            "--compressed",
            compressed,
            "--data",
            data,
            "--out",
            out,
            "--threshold",
            RULE,
            "--epsilon",
            "60",
            "--steps",
            "40")
        .done();
    Corpus corpus = Corpus.open(out);
    assertEquals(
        "{kind=classification, threshold=0.585, otherwise=0}",
        corpus.header().task().json().toString());
    int effective = 0;
    for (CorpusInput input : corpus.inputs()) {
      double mean = 0;
      for (byte pixel : corpus.picture(input).pixels()) {
        mean += (pixel & 0xff) / (255.0 * 16);
      }
      int byOriginal = confidenceOfLight(mean, 0.5) >= 0.585 ? 1 : 0;
      int byCompressed = confidenceOfLight(mean, 0.52) >= 0.585 ? 1 : 0;
      assertEquals(byOriginal, Label.of(input.originalDecision()).number(), "mean " + mean);
      assertEquals(byCompressed, Label.of(input.compressedDecision()).number(), "mean " + mean);
      effective += input.pictureClass() == PictureClass.EFFECTIVE ? 1 : 0;
    }
    assertTrue(effective > 0, "nothing was found");
    assertFalse(corpus.inputs().isEmpty());
    // The corpus says by which rule: no option is needed, and another one is refused.
    grey.run("check", "--corpus", out, "--model", compressed).done();
    grey.run("check", "--corpus", out, "--model", compressed, "--threshold", "0.9:dark")
        .isRefused("--threshold is 0.9:dark", "0.585", "expected the same");
  }

  /** Agreement between decisions by two rules would be a false figure. */
  @Test
  void aModelThatCarriesAThresholdIsNotComparedWithOneThatDoesNot() throws IOException {
    Path carrying = temp.resolve("carrying.onnx");
    VerbAnswer.of("quantize", original, "--data", data, "--threshold", RULE, "--out", carrying)
        .done();
    VerbAnswer.of("evaluate", carrying, "--original", original, "--data", data)
        .isRefused("0.585", "expected the same", "--threshold");
    VerbAnswer.of("attack", original, "--compressed", carrying, "--data", data)
        .isRefused("0.585", "expected the same", "--threshold");
    VerbAnswer both =
        VerbAnswer.of(
            "evaluate", carrying, "--original", original, "--data", data, "--threshold", RULE);
    assertTrue(both.done().out().contains("0.585"), both.out());
  }

  @Test
  void aThresholdThatIsNoneIsRefused() {
    for (String text : new String[] {"0.9", "0.9:grey", "much:dark"}) {
      VerbAnswer.of("evaluate", original, "--data", data, "--threshold", text)
          .isRefused("--threshold '" + text + "'", "expected SCORE:CLASS");
    }
    VerbAnswer.of("evaluate", original, "--data", data, "--threshold", "0.9:7")
        .isRefused("class 7", "2 classes");
  }
}
