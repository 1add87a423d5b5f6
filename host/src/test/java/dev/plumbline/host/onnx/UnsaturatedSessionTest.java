package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels of integers that do not saturate, where ONNX Runtime has them and where it has not. */
class UnsaturatedSessionTest {
  @TempDir Path temp;

  /** S8 times S8: without saturation ONNX Runtime makes the weights U8, for which it has none. */
  private static OnnxModel product() {
    GraphBuilder b = new GraphBuilder("product");
    b.input("x", 3);
    b.initializer("xs", Tensor.ofFloats(new long[0], 0.1f));
    b.initializer("xz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {3}));
    b.initializer(
        "w",
        Tensor.ofIntegers(
            ElementType.INT8, new long[] {3, 2}, new long[] {100, -90, 80, 70, -60, 50}));
    b.initializer("ws", Tensor.ofFloats(new long[0], 0.02f));
    b.initializer("wz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {0}));
    b.initializer("ys", Tensor.ofFloats(new long[0], 0.3f));
    b.initializer("yz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {-5}));
    b.node("QuantizeLinear", "q", List.of("x", "xs", "xz"), Map.of());
    b.node(
        "com.microsoft",
        "QGemm",
        List.of("q", "xs", "xz", "w", "ws", "wz", "", "ys", "yz"),
        List.of("p"),
        Map.of());
    b.node("DequantizeLinear", "y", List.of("p", "ys", "yz"), Map.of());
    b.output("y", 2);
    return b.build(17);
  }

  /** The same behind a product of U8 and S8, which saturates on x86 processors without VNNI. */
  private static OnnxModel twoProducts() {
    GraphBuilder b = new GraphBuilder("two products");
    b.input("x", 3);
    b.initializer("xs", Tensor.ofFloats(new long[0], 0.1f));
    b.initializer("xz", Tensor.ofIntegers(ElementType.UINT8, new long[0], new long[] {128}));
    b.initializer(
        "w",
        Tensor.ofIntegers(
            ElementType.INT8, new long[] {3, 2}, new long[] {100, -90, 80, 70, -60, 50}));
    b.initializer("ws", Tensor.ofFloats(new long[0], 0.02f));
    b.initializer("wz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {0}));
    b.initializer("ys", Tensor.ofFloats(new long[0], 0.3f));
    b.initializer("yz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {-5}));
    b.initializer(
        "v", Tensor.ofIntegers(ElementType.INT8, new long[] {2, 2}, new long[] {90, 1, -2, 80}));
    b.node("QuantizeLinear", "q", List.of("x", "xs", "xz"), Map.of());
    b.node(
        "com.microsoft",
        "QGemm",
        List.of("q", "xs", "xz", "w", "ws", "wz"),
        List.of("p"),
        Map.of());
    b.node("QuantizeLinear", "r", List.of("p", "ys", "yz"), Map.of());
    b.node(
        "com.microsoft",
        "QGemm",
        List.of("r", "ys", "yz", "v", "ws", "wz"),
        List.of("y"),
        Map.of());
    b.output("y", 2);
    return b.build(17);
  }

  @Test
  void aModelThatHasNoSuchKernelsAndMaySaturateGetsNoSession() {
    OnnxModel model = twoProducts();
    RuntimeSession.open(model, RuntimeProvider.cpu()).close();
    assertEquals(1, SaturatingProducts.in(model).size());
    Optional<RuntimeSession> session = RuntimeSession.openUnsaturated(model);
    session.ifPresent(RuntimeSession::close);
    assumeTrue(onX86(), "other processors have no such setting and do not saturate");
    assertTrue(session.isEmpty());
  }

  /** ONNX Runtime passes over settings that it does not know: a runtime may lose this one. */
  @Test
  void theSettingMakesTheWeightsUnsigned() throws IOException {
    assumeTrue(onX86(), "other processors have no such setting and do not saturate");
    GraphBuilder b = new GraphBuilder("convolution");
    b.input("x", 1, 4, 4);
    b.initializer("s", Tensor.ofFloats(new long[0], 0.1f));
    b.initializer("z", Tensor.ofIntegers(ElementType.UINT8, new long[0], new long[] {128}));
    b.initializer(
        "w", Tensor.ofIntegers(ElementType.INT8, new long[] {2, 1, 1, 2}, 100, -90, 80, 70));
    b.initializer("wz", Tensor.ofIntegers(ElementType.INT8, new long[0], new long[] {0}));
    b.node("QuantizeLinear", "q", List.of("x", "s", "z"), Map.of());
    b.node("DequantizeLinear", "d", List.of("q", "s", "z"), Map.of());
    b.node("DequantizeLinear", "v", List.of("w", "s", "wz"), Map.of());
    b.node("Conv", "c", List.of("d", "v"), Map.of());
    b.node("QuantizeLinear", "r", List.of("c", "s", "z"), Map.of());
    b.node("DequantizeLinear", "e", List.of("r", "s", "z"), Map.of());
    b.node("GlobalAveragePool", "g", List.of("e"), Map.of());
    b.output(b.node("Flatten", "y", List.of("g"), Map.of()), 2);
    for (Optimization each : List.of(Optimization.ALL, Optimization.UNSATURATED)) {
      Path optimized = temp.resolve(each + ".onnx");
      RuntimeSession.open(b.build(17), RuntimeProvider.cpu(), each, Optional.of(optimized)).close();
      List<Integer> types =
          ModelProto.parseFrom(Files.readAllBytes(optimized))
              .getGraph()
              .getInitializerList()
              .stream()
              .filter(tensor -> tensor.getDimsCount() == 4)
              .map(TensorProto::getDataType)
              .toList();
      ElementType expected = each == Optimization.ALL ? ElementType.INT8 : ElementType.UINT8;
      assertEquals(List.of(expected.onnxNumber()), types);
    }
  }

  private static boolean onX86() {
    return List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  @Test
  void aModelWithoutSuchKernelsThatDoesNotSaturateRunsAsItIsDeployed() {
    OnnxModel model = product();
    float[] x = {1.5f, -2.25f, 7f, 0.5f, 12f, -9.75f};
    try (RuntimeSession deployed = RuntimeSession.open(model, RuntimeProvider.cpu());
        RuntimeSession unsaturated = RuntimeSession.openUnsaturated(model).orElseThrow()) {
      float[][] expected = deployed.logits(x, 2, 3);
      float[][] found = unsaturated.logits(x, 2, 3);
      assertEquals(2, found.length);
      for (int i = 0; i < 2; i++) {
        // The same kernels, so to the last bit.
        assertArrayEquals(expected[i], found[i]);
      }
    }
  }
}
