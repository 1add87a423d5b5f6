package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forms in which tools export classifiers: each gives the labels of the plain model, or one
 * sentence, in every verb.
 */
class OddModelsTest {
  private static final String[] OPTIONS = {"--mean", "0", "--std", "1", "--accelerator", "cpu"};

  @TempDir Path temp;
  private GreyFixture grey;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    grey = new GreyFixture(temp);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  static Stream<Map.Entry<String, ModelProto>> sound() {
    return OddModels.sound().entrySet().stream();
  }

  static Stream<Map.Entry<String, ModelProto>> refused() {
    return OddModels.refused().entrySet().stream();
  }

  private VerbAnswer verb(String name, Object... args) {
    return VerbAnswer.of(
        VerbAnswer.with(VerbAnswer.with(new Object[] {name}, args), (Object[]) OPTIONS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sound")
  void everyVerbTakesAFormThatHasAMeaning(Map.Entry<String, ModelProto> each) {
    Path model = OddModels.write(temp, each.getValue());
    VerbAnswer evaluated = verb("evaluate", model, "--data", data, "--json").done();
    assertEquals(0.75, evaluated.json().get("accuracy").asDouble(), evaluated.err());
    VerbAnswer inspected = verb("inspect", model, "--verify", "--data", data, "--json").done();
    var verified = inspected.json().get("verification");
    assertEquals(4, verified.get("same_labels").asInt(), inspected.out());
    assertEquals(4, verified.get("deployed_same_labels").asInt(), inspected.out());
    assertTrue(verified.get("first_outside").isNull(), inspected.out());
    assertEquals("yes", inspected.json().get("can_be_searched").asText(), inspected.out());
    VerbAnswer attacked =
        verb("attack", model, "--compressed", model, "--data", data, "--epsilon", "2", "--json");
    assertEquals(0.75, attacked.done().json().get("fgsm").get("2").get("original").asDouble());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void everyVerbRefusesWhatHasNoneWithOneSentence(Map.Entry<String, ModelProto> each) {
    Path model = OddModels.write(temp, each.getValue());
    for (VerbAnswer answer :
        List.of(
            verb("evaluate", model, "--data", data),
            verb("inspect", model, "--verify", "--data", data),
            verb("attack", model, "--compressed", model, "--data", data),
            grey.run(
                VerbAnswer.with(
                    new Object[] {
                      "search",
                      "--original",
                      model,
                      "--compressed",
                      model,
                      "--data",
                      data,
                      "--out",
                      temp.resolve("found")
                    },
                    (Object[]) OPTIONS)))) {
      answer.isRefused(each.getKey());
    }
    VerbAnswer inspected = verb("inspect", model, "--json");
    assertTrue(inspected.code() == 0 || inspected.code() == 2, inspected.err());
    VerbAnswer quantized =
        verb("quantize", model, "--data", data, "--out", temp.resolve("q.onnx"), "--json");
    assertFalse(quantized.err().contains("a fault of ours"), quantized.err());
  }

  @Test
  void theOutputThatIsNamedIsRead() {
    Path model = OddModels.write(temp, OddModels.refused().get("expected --output NAME"));
    // The other output is the logits negated: right where they are wrong.
    for (Map.Entry<String, Double> each : Map.of("logits", 0.75, "other", 0.25).entrySet()) {
      VerbAnswer answer =
          verb("evaluate", model, "--data", data, "--output", each.getKey(), "--json").done();
      assertEquals(each.getValue(), answer.json().get("accuracy").asDouble());
      assertEquals(each.getKey(), answer.json().get("output").asText());
      assertTrue(answer.err().contains("its scores are read from " + each.getKey()), answer.err());
    }
    verb("evaluate", model, "--data", data, "--output", "none")
        .isRefused("the output none", "logits (", "other (");
  }
}
