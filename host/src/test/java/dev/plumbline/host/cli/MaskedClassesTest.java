package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classifiers that give a class to no picture: -Infinity before the softmax, which makes its
 * probability 0. Each verb reads them as ONNX Runtime's probabilities say, and none takes the mask
 * for a fault of the model.
 */
class MaskedClassesTest {
  /** What a class is given that no picture shows. */
  private static final float MASK = Float.NEGATIVE_INFINITY;

  @TempDir Path temp;
  private GreyFixture grey;
  private Path data;

  /** Of five pictures one is of the class that is never given: four are right. */
  @BeforeEach
  void writeData() throws IOException {
    grey = new GreyFixture(temp);
    grey.addPicture("dark/0.png", 20);
    grey.addPicture("dark/1.png", 40);
    grey.addPicture("light/0.png", 220);
    grey.addPicture("light/1.png", 230);
    grey.addPicture("never/0.png", 240);
    data = grey.data();
  }

  private Path model(String form) {
    GraphBuilder b = new GraphBuilder("masked");
    GreyFixture.features(b);
    b.initializer("w", Tensor.ofFloats(new long[] {2, 3}, 0, 8, 9, 0, 0, 0));
    boolean inBias = form.startsWith("bias");
    b.initializer("b", Tensor.ofFloats(new long[] {3}, 4, 0, inBias ? MASK : 0));
    b.node("Gemm", "raw", List.of("flat", "w", "b"), Map.of());
    String logits = "raw";
    if (!inBias) {
      b.initializer("mask", Tensor.ofFloats(new long[] {3}, 0, 0, MASK));
      logits = b.node("Add", "masked", List.of("raw", "mask"), Map.of());
    }
    String operator = form.endsWith("LogSoftmax") ? "LogSoftmax" : "Softmax";
    b.node(operator, "scores", List.of(logits), Map.of("axis", 1L));
    b.output("scores", 3);
    return OddModels.write(temp, b.build().proto());
  }

  private Object[] onData(Object... verb) {
    return VerbAnswer.with(
        verb, "--data", data, "--mean", 0, "--std", 1, "--accelerator", "cpu", "--json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"added, Softmax", "bias, Softmax"})
  void everyVerbReadsTheOtherClasses(String form) {
    Path model = model(form);
    assertEquals(
        0.8, VerbAnswer.of(onData("evaluate", model)).done().json().get("accuracy").asDouble());
    var inspected = VerbAnswer.of(onData("inspect", model, "--verify")).done().json();
    assertEquals("probabilities", inspected.get("read_as").asText());
    assertEquals(5, inspected.get("verification").get("same_labels").asInt());
    assertEquals(5, inspected.get("verification").get("deployed_same_labels").asInt());
    assertTrue(inspected.get("verification").get("first_outside").isNull(), inspected.toString());

    Path quantized = temp.resolve("int8.onnx");
    Path pruned = temp.resolve("pruned.onnx");
    for (VerbAnswer written :
        List.of(
            VerbAnswer.of(onData("quantize", model, "--out", quantized)),
            VerbAnswer.of(onData("prune", model, "--rate", 0.1, "--epochs", 1, "--out", pruned)))) {
      assertEquals(1, written.done().json().get("agreement").asDouble(), written.out());
    }
    var found =
        grey.run(
                onData(
                    "search",
                    "--original",
                    model,
                    "--compressed",
                    quantized,
                    "--out",
                    temp.resolve("corpus")))
            .done()
            .json();
    assertEquals(5, found.get("natural").get("pictures").asInt(), found.toString());
    assertEquals(0, found.get("natural").get("deviations").asInt(), found.toString());
    VerbAnswer.of(onData("attack", model, "--compressed", quantized, "--epsilon", "2")).done();
  }

  @Test
  void infinityThatIsPutOutIsRefusedByEveryVerb() {
    Path model = model("bias, LogSoftmax");
    Path out = temp.resolve("out");
    for (VerbAnswer answer :
        List.of(
            VerbAnswer.of(onData("evaluate", model)),
            VerbAnswer.of(onData("inspect", model, "--verify")),
            VerbAnswer.of(onData("quantize", model, "--out", out)),
            VerbAnswer.of(onData("prune", model, "--rate", 0.1, "--epochs", 1, "--out", out)),
            VerbAnswer.of(onData("attack", model, "--compressed", model, "--epsilon", "2")),
            grey.run(onData("search", "--original", model, "--compressed", model, "--out", out)))) {
      answer.isRefused("-Infinity for class 2", "expected a finite number");
    }
  }
}
