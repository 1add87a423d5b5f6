package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.SaturatingProducts;
import dev.plumbline.host.onnx.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a processor saturates is known of ONNX Runtime; DESIGN.md tells of a measurement. */
class SaturationWarningTest {
  private static final Path MODELS = Path.of("..", "models");

  /** One product of activations of a type with two weights. */
  private static OnnxModel qdq(ElementType activations, ElementType weights, int largest) {
    GraphBuilder graph = new GraphBuilder("qdq");
    String input = graph.input("input", 2);
    graph.initializer("scale", Tensor.ofFloats(new long[0], 0.1f));
    graph.initializer("zero", Tensor.ofBytes(activations, new long[0], (byte) 0));
    graph.initializer("wzero", Tensor.ofBytes(weights, new long[0], (byte) 0));
    graph.initializer("w", Tensor.ofBytes(weights, new long[] {2, 1}, (byte) largest, (byte) 3));
    graph.node("QuantizeLinear", "q", List.of(input, "scale", "zero"), Map.of());
    graph.node("DequantizeLinear", "a", List.of("q", "scale", "zero"), Map.of());
    graph.node("DequantizeLinear", "b", List.of("w", "scale", "wzero"), Map.of());
    graph.output(graph.node("MatMul", "logits", List.of("a", "b"), Map.of()), 1);
    return graph.build();
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, INT8, 65, 1",
    "UINT8, INT8, -65, 1",
    // 255 x 64 x 2 = 32640 still fits into 16 bits.
    "UINT8, INT8, 64, 0",
    "INT8, INT8, 127, 0",
    "UINT8, UINT8, 127, 0",
  })
  void productsOfUnsignedActivationsAndLargeSignedWeightsSaturate(
      ElementType activations, ElementType weights, int largest, int nodes) {
    assertEquals(nodes, SaturatingProducts.in(qdq(activations, weights, largest)).size());
  }

  @Test
  void aFloatModelDoesNot() {
    OnnxModel model = OnnxModel.read(MODELS.resolve("fashion-mnist-resnet8.onnx"));
    assertEquals(List.of(), SaturatingProducts.in(model));
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, avx2, true",
    "x86_64, avx2 avx512bw, true",
    "amd64, '', true",
    "amd64, avx2 avx512_vnni, false",
    "amd64, avx2 avx512vnni, false",
    "amd64, avx2 avxvnni, false",
    "aarch64, '', false",
    "aarch64, asimddp, false",
  })
  void onlyAnX86WithoutVnniIsWarnedOf(String arch, String features, boolean warned) {
    OnnxModel model = qdq(ElementType.UINT8, ElementType.INT8, 127);
    String sentence = SaturationWarning.of(judge(arch, features), model).orElse("");
    assertEquals(warned, sentence.contains("VNNI"), sentence);
    assertEquals(warned, sentence.contains("--reduce-range"), sentence);
  }

  private static JudgeInfo judge(String arch, String features) {
    List<String> names = features.isEmpty() ? List.of() : List.of(features.split(" "));
    return new JudgeInfo(
        "board", JudgeKind.DEVICE, arch, "r", "p", "", names, 1, 32, "a".repeat(64));
  }

  @Test
  void theSentenceNamesJudgeNodesAndModel() {
    OnnxModel model = qdq(ElementType.UINT8, ElementType.INT8, 127);
    String sentence = SaturationWarning.of(judge("amd64", "avx2"), model).orElseThrow();
    assertTrue(sentence.startsWith("board (amd64)"), sentence);
    assertTrue(sentence.contains("1 node of " + model.fileName()), sentence);
  }
}
