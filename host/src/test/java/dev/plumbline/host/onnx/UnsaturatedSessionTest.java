package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Kernels of integers that do not saturate, where ONNX Runtime has them and where it has not. */
class UnsaturatedSessionTest {

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

  @Test
  void aModelWithoutSuchKernelsRunsAsItIsDeployed() {
    OnnxModel model = product();
    float[] x = {1.5f, -2.25f, 7f, 0.5f, 12f, -9.75f};
    try (RuntimeSession deployed = RuntimeSession.open(model, RuntimeProvider.cpu());
        RuntimeSession unsaturated =
            RuntimeSession.open(
                model, RuntimeProvider.cpu(), Optimization.UNSATURATED, Optional.empty())) {
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
