package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers put back into float; ONNX Runtime on the original is the oracle. */
class CompressedLayersTest {
  private static final OnnxModel ORIGINAL = SmallNetworks.mobile(4, "Relu");

  private static OnnxModel compressed(String way) {
    Quantizer quantizer = new Quantizer(Accelerator.CPU);
    QuantizationSettings settings = QuantizationSettings.minMax();
    var preprocessing = PICTURES.preprocessing();
    return switch (way) {
      case "static" ->
          quantizer.quantize(ORIGINAL, preprocessing, PICTURES, settings, Progress.SILENT);
      case "equalized" ->
          quantizer.quantize(
              ORIGINAL,
              preprocessing,
              PICTURES,
              settings.with(Preparation.EQUALIZED).with(Preparation.BIAS_CORRECTED),
              Progress.SILENT);
      case "dynamic" ->
          quantizer.quantizeDynamically(
              ORIGINAL, preprocessing, PICTURES, settings, Progress.SILENT);
      case "weight-only" ->
          quantizer.quantizeWeights(ORIGINAL, preprocessing, PICTURES, settings, Progress.SILENT);
      case "clipped" -> clipped(compressed("static"));
      case "pruned" -> Pruner.prune(ORIGINAL, 0.5);
      default -> throw new IllegalArgumentException(way);
    };
  }

  /** A Clip that changes nothing behind the weights' integers, as Brevitas writes it. */
  private static OnnxModel clipped(OnnxModel quantized) {
    Graph graph = quantized.graph();
    GraphRewriting rewriting = new GraphRewriting(quantized);
    for (Node node : graph.nodes()) {
      List<String> inputs = new ArrayList<>(node.inputs());
      boolean ofWeights =
          node.dequantizes()
              && graph
                  .constant(inputs.get(0))
                  .filter(t -> t.type() == ElementType.INT8)
                  .isPresent();
      if (ofWeights) {
        String name = inputs.get(0);
        String low = bound(rewriting, name + "_low", -127);
        String high = bound(rewriting, name + "_high", 127);
        inputs.set(
            0, rewriting.node("Clip", List.of(name, low, high), name + "_clipped", Map.of()));
      }
      rewriting.copy(node, inputs, Set.of());
    }
    return rewriting.build();
  }

  private static String bound(GraphRewriting rewriting, String name, int value) {
    return rewriting.initializer(name, Tensor.ofBytes(ElementType.INT8, new long[0], (byte) value));
  }

  private static void near(float[][] expected, float[][] found, double relative) {
    double tolerance = relative * SmallNetworks.largest(expected);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], (float) tolerance, "picture " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"static", "equalized", "dynamic", "weight-only", "clipped", "pruned"})
  void allLayersInFloatAreTheOriginal(String way) {
    OnnxModel compressed = compressed(way);
    float[][] expected = SmallNetworks.logits(ORIGINAL);
    assertTrue(
        SmallNetworks.apart(expected, SmallNetworks.logits(compressed)) > 0, "nothing compressed");
    CompressedLayers layers = CompressedLayers.of(compressed, ORIGINAL);
    OnnxModel mixed = layers.inFloat(layers.operators().keySet());
    // Equalising rounds every weight once more.
    near(expected, SmallNetworks.logits(mixed), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"static", "dynamic", "weight-only", "clipped"})
  void oneLayerInFloatLeavesTheIntegersOfTheOthers(String way) {
    OnnxModel compressed = compressed(way);
    CompressedLayers layers = CompressedLayers.of(compressed, ORIGINAL);
    assertTrue(layers.operators().keySet().containsAll(List.of("a", "b", "c", "d")));
    OnnxModel mixed = layers.inFloat(List.of("b"));
    Map<String, Tensor> constants = mixed.graph().constants();
    for (String weight : List.of("a_w_quantized", "c_w_quantized", "d_w_quantized")) {
      assertEquals(
          compressed.graph().constants().get(weight).buffer(), constants.get(weight).buffer());
    }
    assertTrue(!constants.containsKey("b_w_quantized"), "the layer's integers are still there");
    assertEquals(Optional.of("b"), mixed.metadata(CompressedLayers.FLOAT_LAYERS));
    // Six channels of nine weights and their biases.
    double before =
        SmallNetworks.apart(SmallNetworks.logits(ORIGINAL), SmallNetworks.logits(compressed));
    double after = SmallNetworks.apart(SmallNetworks.logits(ORIGINAL), SmallNetworks.logits(mixed));
    assertTrue(after > 0 && after != before, after + " after, " + before + " before");
  }

  @Test
  void aValueBetweenLayersIsRoundedAsLongAsOneOfThemIsNotInFloat() {
    CompressedLayers layers = CompressedLayers.of(compressed("static"), ORIGINAL);
    assertEquals(roundings(layers.compressed()), roundings(layers.inFloat(List.of("b"))));
    assertEquals(roundings(layers.compressed()) - 1, roundings(layers.inFloat(List.of("b", "c"))));
  }

  private static long roundings(OnnxModel model) {
    return model.graph().nodes().stream().filter(n -> n.is("QuantizeLinear")).count();
  }

  /** With channels three hundredfold apart, one scale for all weights of a layer would show. */
  @Test
  void onnxRuntimeLeavesALayerInFloatAsItIs() {
    OnnxModel original = SmallNetworks.mobile(300, "Relu");
    OnnxModel quantized =
        new Quantizer(Accelerator.CPU)
            .quantize(
                original,
                SmallNetworks.PICTURES.preprocessing(),
                SmallNetworks.PICTURES,
                QuantizationSettings.minMax(),
                Progress.SILENT);
    OnnxModel mixed = CompressedLayers.of(quantized, original).inFloat(List.of("b", "c"));
    float[][] wanted = SmallNetworks.logits(original);
    double asWritten = SmallNetworks.apart(wanted, SmallNetworks.logits(mixed));
    double asDeployed;
    try (RuntimeSession session = RuntimeSession.open(mixed, RuntimeProvider.cpu())) {
      asDeployed =
          SmallNetworks.apart(
              wanted, session.logits(SmallNetworks.input(), wanted.length, 1, 8, 8));
    }
    assertTrue(asDeployed < 2 * asWritten, asDeployed + " against " + asWritten);
    assertTrue(
        CompressedLayers.of(mixed, original).operators().values().stream()
            .noneMatch("Max"::equals));
  }

  @Test
  void aLayerThatIsNotThereIsRefusedWithTheNearestNames() {
    CompressedLayers layers = CompressedLayers.of(compressed("pruned"), ORIGINAL);
    Refusal.says(() -> layers.inFloat(List.of("aa")), "no layer 'aa'", "'a'", "inspect lists all");
  }

  @Test
  void theOriginalItselfHasNoLayerToPutIntoFloat() {
    Refusal.says(() -> CompressedLayers.of(ORIGINAL, ORIGINAL), "no quantized or pruned layer");
  }

  @Test
  void theListOfAFloatModelIsThatOfItsQuantizedForm() {
    assertEquals(
        CompressedLayers.list(ORIGINAL).keySet(),
        CompressedLayers.list(compressed("static")).keySet());
  }

  /**
   * As ONNX Runtime's own quantizer wrote them ({@code bench/peers/make_tiny.py}). What it leaves
   * rounded between layers, such as the logits, is not for the layers to say.
   */
  @ParameterizedTest
  @CsvSource({
    "mobile,qdq-channel",
    "mobile,qdq-int16",
    "mobile,qop-tensor",
    "mobile,dynamic-channel",
    "dense,qdq-tensor",
    "dense,qop-channel",
    "dense,dynamic-tensor",
    "shuffle,qdq-int8",
    "shuffle,qop-channel",
    "attention,qdq-channel",
    "attention,dynamic-channel",
    "next,qdq-tensor"
  })
  void layersOfOthersModelsAreTheOriginals(String family, String form) throws URISyntaxException {
    OnnxModel original = peer(family + "-old");
    OnnxModel compressed = peer(family + "-" + form);
    CompressedLayers layers = CompressedLayers.of(compressed, original);
    float[][] expected = peerLogits(original);
    double before = SmallNetworks.apart(expected, peerLogits(compressed));
    double after =
        SmallNetworks.apart(expected, peerLogits(layers.inFloat(layers.operators().keySet())));
    assertTrue(after < before / 100, after + " after, " + before + " before");
  }

  static List<String> peers() throws IOException, URISyntaxException {
    Path folder = Path.of(CompressedLayersTest.class.getResource("/peers").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString().replace(".onnx", "")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("peers")
  void everyModelHasLayersToList(String name) throws URISyntaxException {
    OnnxModel model = peer(name);
    Map<String, String> layers = CompressedLayers.list(model);
    assertTrue(layers.size() > 1, () -> "only " + layers);
    assertTrue(
        layers.containsValue("Conv") || layers.containsValue("MatMul"), () -> "of " + layers);
  }

  private static OnnxModel peer(String name) throws URISyntaxException {
    return OnnxModel.read(
        Path.of(CompressedLayersTest.class.getResource("/peers/" + name + ".onnx").toURI()));
  }

  private static float[][] peerLogits(OnnxModel model) {
    Random random = new Random(3);
    float[] input = new float[8 * 3 * 16 * 16];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    try (RuntimeSession session =
        RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.NONE, Optional.empty())) {
      return session.logits(input, 8, 3, 16, 16);
    }
  }
}
