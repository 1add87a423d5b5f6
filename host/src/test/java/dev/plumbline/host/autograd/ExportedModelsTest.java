package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as PyTorch's exporter writes them. */
class ExportedModelsTest {
  static OnnxModel read(String name, int opset) throws URISyntaxException {
    return OnnxModel.read(
        Path.of(
            ExportedModelsTest.class
                .getResource("/exports/" + name + "-opset" + opset + ".onnx")
                .toURI()));
  }

  @ParameterizedTest
  @CsvSource({
    "lenet5,13",
    "lenet5,17",
    "vgg,13",
    "vgg,17",
    "resnet,13",
    "resnet,17",
    "densenet,13",
    "densenet,17",
    "resizing,13",
    "resizing,17",
    "windows,13",
    "windows,17"
  })
  void anExportedModelAgreesWithOnnxRuntimeFoldedOrNot(String name, int opset)
      throws URISyntaxException {
    OnnxModel model = read(name, opset);
    OnnxModel folded = BatchNormFolding.fold(model);
    for (int batch : new int[] {1, 5}) {
      Random random = new Random(batch);
      float[] x = new float[batch * 3 * 16 * 16];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
      float[][] expected = runtime(model, x, batch);
      // Convolutions summed in another order, through at most ten layers.
      assertClose(expected, differentiable(model, x, batch), 1e-4);
      assertClose(expected, differentiable(folded, x, batch), 1e-4);
      assertClose(expected, runtime(folded, x, batch), 1e-4);
    }
  }

  private static float[][] runtime(OnnxModel model, float[] x, int batch) {
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      return session.logits(x, batch, 3, 16, 16);
    }
  }

  private static float[][] differentiable(OnnxModel model, float[] x, int batch) {
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray y = graph.logits(TestDevice.place(manager.create(x, new Shape(batch, 3, 16, 16))));
      assertEquals(new Shape(batch, 10), y.getShape());
      float[] flat = y.toFloatArray();
      float[][] rows = new float[batch][];
      for (int i = 0; i < batch; i++) {
        rows[i] = java.util.Arrays.copyOfRange(flat, i * 10, i * 10 + 10);
      }
      return rows;
    }
  }

  /** Relative to the largest logit. */
  private static void assertClose(float[][] expected, float[][] found, double relative) {
    double largest = 0;
    for (float[] row : expected) {
      for (float v : row) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        assertEquals(expected[i][j], found[i][j], relative * largest, "at " + i + ", " + j);
      }
    }
  }
}
