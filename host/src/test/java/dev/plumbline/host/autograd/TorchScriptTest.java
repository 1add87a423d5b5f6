package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private final NDManager manager = DeviceArrays.owner();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double f(double x, double y) {
    return Math.tanh(x) * y + Math.exp(-y);
  }

  @Test
  void aFunctionHasTheValuesOfItsExpressionAndTheGradientsOfCentralDifferences() {
    TorchScript function =
        TorchScript.of(
            TestDevice.device(),
            "return torch.add(torch.mul(torch.tanh(x), y), torch.exp(torch.neg(y)))",
            "x",
            "y");
    double[] xs = {-1.5, 0, 0.3, 2};
    double[] ys = {0.7, -0.2, 1.1, 0};
    NDArray x = TestDevice.place(manager.create(xs));
    NDArray y = TestDevice.place(manager.create(ys));
    x.setRequiresGradient(true);
    y.setRequiresGradient(true);
    double[] values;
    try (GradientTape tape = GradientTape.open()) {
      NDArray z = function.call(x, y);
      values = z.toDoubleArray();
      tape.backward(z.sum());
    }
    double[] byX = x.getGradient().toDoubleArray();
    double[] byY = y.getGradient().toDoubleArray();
    double h = 1e-5;
    for (int i = 0; i < xs.length; i++) {
      assertEquals(f(xs[i], ys[i]), values[i], 1e-12);
      // Central differences of doubles are off by h² and by a rounding error over h.
      assertEquals((f(xs[i] + h, ys[i]) - f(xs[i] - h, ys[i])) / (2 * h), byX[i], 1e-9);
      assertEquals((f(xs[i], ys[i] + h) - f(xs[i], ys[i] - h)) / (2 * h), byY[i], 1e-9);
    }
  }

  @Test
  void aFunctionThatWasCalledWithoutGradientsGivesArraysThatTakePartInThemLater() {
    TorchScript function = TorchScript.of(TestDevice.device(), "return torch.neg(x)", "x");
    NDArray constant = function.call(TestDevice.place(manager.create(3f)));
    NDArray x = TestDevice.place(manager.create(5f));
    x.setRequiresGradient(true);
    try (GradientTape tape = GradientTape.open()) {
      tape.backward(x.mul(constant).sum());
    }
    assertEquals(-3f, x.getGradient().getFloat());
  }

  @Test
  void theGradientOfAQuantizedValueIsOneWithinTheTypeAndZeroWhereItIsClipped() {
    int zeroPoint = -28;
    float scale = 0.037f;
    GraphBuilder b = new GraphBuilder("quantized");
    b.input("x", 400);
    b.initializer("s", Tensor.ofFloats(new long[0], scale));
    b.initializer("z", Tensor.ofBytes(ElementType.INT8, new long[0], (byte) zeroPoint));
    b.node("QuantizeLinear", "q", List.of("x", "s", "z"), Map.of());
    b.node("DequantizeLinear", "y", List.of("q", "s", "z"), Map.of());
    b.output("y", 400);
    NDArray x = TestDevice.place(manager.create(new Shape(1, 400)));
    for (int i = 0; i < 400; i++) {
      // From -8 to 8, never within a tenth of a step of where rounding changes.
      x.setScalar(new NDIndex(0, i), (Math.round((i - 200) * 0.04 / scale) + 0.3f) * scale);
    }
    float[] values = x.toFloatArray();
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(b.build(), TestDevice.device())) {
      // PyTorch compiles a function anew when it has seen some calls.
      for (int call = 0; call < 4; call++) {
        NDArray leaf = x.duplicate();
        leaf.setRequiresGradient(true);
        try (GradientTape tape = GradientTape.open()) {
          tape.backward(graph.logitsInTraining(leaf).sum());
        }
        requireStraightThrough(values, leaf.getGradient().toFloatArray(), scale, zeroPoint);
      }
    }
  }

  private static void requireStraightThrough(
      float[] values, float[] gradient, float scale, int zeroPoint) {
    int clipped = 0;
    for (int i = 0; i < values.length; i++) {
      long integer = Math.round(values[i] / scale) + zeroPoint;
      boolean within = integer >= -128 && integer <= 127;
      clipped += within ? 0 : 1;
      assertEquals(within ? 1f : 0f, gradient[i], "at " + values[i]);
    }
    assertTrue(clipped > 50 && clipped < 350, clipped + " of 400 are clipped");
  }
}
