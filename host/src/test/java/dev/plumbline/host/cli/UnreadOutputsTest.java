package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Classifiers with outputs beside the scores that nobody differentiates: names of labels,
 * sequences, bfloat16. The verbs read the scores, and what they write gives the other outputs as
 * before. The oracle is ONNX Runtime on the model that was written.
 */
class UnreadOutputsTest {
  private static final String TEXTS =
      """
      node { op_type: 'ArgMax' name: 'a' input: 'logits' output: 'number'
        attribute { name: 'axis' type: INT i: 1 } attribute { name: 'keepdims' type: INT i: 0 } }
      node { op_type: 'Gather' name: 'g' input: 'names' input: 'number' output: 'other' }
      output { name: 'other' type { tensor_type { elem_type: 8 } } }
      """;

  @TempDir Path temp;
  private GreyFixture grey;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    grey = new GreyFixture(temp);
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
  }

  static Stream<Map.Entry<String, ModelProto>> models() {
    Map<String, ModelProto> models = new LinkedHashMap<>();
    models.put(
        "names in an initializer",
        with(
            TEXTS
                + """
                initializer { name: 'names' dims: 2 data_type: 8
                  string_data: 'dark' string_data: 'light' }
                """));
    models.put(
        "names in a Constant",
        with(
            """
            node { op_type: 'Constant' name: 'c' output: 'names' attribute { name: 'value_strings'
              type: STRINGS strings: 'dark' strings: 'light' } }
            """
                + TEXTS));
    models.put(
        "a sequence",
        with(
            """
            node { op_type: 'SequenceConstruct' name: 's' input: 'logits' input: 'input'
              output: 'other' }
            output { name: 'other' type { sequence_type { elem_type { tensor_type {
              elem_type: 1 } } } } }
            """));
    models.put(
        "maps of a classifier of scikit-learn",
        with(
            """
            node { op_type: 'Softmax' name: 's' input: 'logits' output: 'p' }
            node { op_type: 'ZipMap' domain: 'ai.onnx.ml' name: 'z' input: 'p' output: 'other'
              attribute { name: 'classlabels_strings' type: STRINGS strings: 'dark'
                strings: 'light' } }
            output { name: 'other' type { sequence_type { elem_type { map_type { key_type: 8
              value_type { tensor_type { elem_type: 1 } } } } } } }
            """));
    models.put(
        "bfloat16",
        with(
            """
            node { op_type: 'Cast' name: 'b' input: 'features' output: 'other'
              attribute { name: 'to' type: INT i: 16 } }
            output { name: 'other' type { tensor_type { elem_type: 16 } } }
            """));
    return models.entrySet().stream();
  }

  /** Tells bright pictures from dark ones, by a convolution that has something to prune. */
  private static ModelProto with(String text) {
    GraphBuilder b = new GraphBuilder("grey");
    GreyFixture.features(b);
    b.initializer("w", Tensor.ofFloats(new long[] {2, 2}, 0, 1, 0, 0));
    b.initializer("b", Tensor.ofFloats(new long[] {2}, 0.5f, 0));
    b.node("Gemm", "logits", List.of("flat", "w", "b"), Map.of());
    b.output("logits", 2);
    ModelProto.Builder model = b.build().proto().toBuilder();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3));
    GraphProto.Builder graph = model.getGraphBuilder();
    try {
      TextFormat.merge(text, graph);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
    return model.build();
  }

  private Object[] onData(Object... verb) {
    return VerbAnswer.with(
        verb, "--data", data, "--mean", 0, "--std", 1, "--accelerator", "cpu", "--json");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void verbsReadTheScoresAndKeepTheOtherOutput(Map.Entry<String, ModelProto> each)
      throws IOException, OrtException {
    Path model = OddModels.write(temp, each.getValue());
    var verified = VerbAnswer.of(onData("inspect", model, "--verify")).done().json();
    assertEquals("yes", verified.get("can_be_searched").asText());
    assertEquals("yes", verified.get("can_be_repaired").asText());
    assertEquals(4, verified.get("verification").get("same_labels").asInt());
    assertTrue(verified.get("verification").get("first_outside").isNull(), verified.toString());

    Path quantized = temp.resolve("int8.onnx");
    Path pruned = temp.resolve("pruned.onnx");
    for (VerbAnswer written :
        List.of(
            VerbAnswer.of(onData("quantize", model, "--out", quantized)),
            VerbAnswer.of(onData("prune", model, "--rate", 0.1, "--epochs", 1, "--out", pruned)))) {
      assertEquals(1, written.done().json().get("agreement").asDouble(), written.out());
    }
    String expected = other(model);
    assertEquals(expected, other(quantized));
    assertEquals(expected, other(pruned));
    if (each.getKey().startsWith("names")) {
      assertEquals("dark, light, light, light", expected);
    }

    Path corpus = temp.resolve("corpus");
    var found =
        grey.run(onData("search", "--original", model, "--compressed", quantized, "--out", corpus))
            .done()
            .json();
    assertTrue(found.get("mutated").asInt() > 0, found.toString());
    VerbAnswer.of(onData("attack", model, "--compressed", quantized, "--epsilon", "2")).done();
  }

  /** The other output for the pictures of the data, in ONNX Runtime: texts, or else its type. */
  private static String other(Path model) throws IOException, OrtException {
    float[] pictures = new float[64];
    int[] greys = {20, 210, 220, 230};
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = greys[i / 16] / 255f;
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(Files.readAllBytes(model));
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pictures), new long[] {4, 1, 4, 4});
        OrtSession.Result result = session.run(Map.of("input", input))) {
      OnnxValue value = result.get("other").orElseThrow();
      return value instanceof OnnxTensor tensor && tensor.getValue() instanceof String[] texts
          ? String.join(", ", texts)
          : value.getInfo().toString();
    }
  }
}
