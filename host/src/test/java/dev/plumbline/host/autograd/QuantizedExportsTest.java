package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as ONNX Runtime's own tools quantize and optimise them. */
class QuantizedExportsTest {
  private static final int BATCH = 32;

  /**
   * The tolerance is relative to the largest logit. There is none where every operator is one of
   * integers; elsewhere a value on the edge between two steps may fall to either side, and 8 bits
   * have steps of a hundredth or so.
   */
  @ParameterizedTest
  @CsvSource({
    "vgg-qop-u8u8,0",
    "vgg-qop-s8s8c,0",
    "lenet5-qop-u8s8,0.02",
    "resnet-qop-s8s8c,0.02",
    "densenet-qop-u8u8,0.02",
    "lenet5-dyn,0.02",
    "resnet-dyn,0.02",
    "densenet-qdq-16,1e-3",
    "lenet5-opt,1e-5"
  })
  void aQuantizedModelAgreesWithOnnxRuntimeAndHasAGradient(String name, double relative)
      throws URISyntaxException {
    OnnxModel model =
        OnnxModel.read(
            Path.of(
                QuantizedExportsTest.class
                    .getResource("/exports/quantized/" + name + ".onnx")
                    .toURI()));
    Random random = new Random(3);
    float[] x = new float[BATCH * 3 * 16 * 16];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[][] expected;
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      expected = session.logits(x, BATCH, 3, 16, 16);
    }
    double largest = 0;
    for (float[] row : expected) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray in = TestDevice.place(manager.create(x, new Shape(BATCH, 3, 16, 16)));
      NDArray y = graph.logits(in);
      assertEquals(new Shape(BATCH, 10), y.getShape());
      float[] found = y.toFloatArray();
      for (int i = 0; i < found.length; i++) {
        assertEquals(expected[i / 10][i % 10], found[i], relative * largest, "at " + i);
      }
      in.setRequiresGradient(true);
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logits(in).square().sum());
        float size = in.getGradient().abs().sum().getFloat();
        assertTrue(size > 0 && Float.isFinite(size), "gradient of size " + size);
      }
    }
  }
}
