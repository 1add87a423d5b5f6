package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Training of weights that a model holds as integers of other sizes than 8 bits. */
class QuantizedWeightTrainingTest {
  static Stream<Arguments> forms() {
    return Stream.of(
            ElementType.INT4,
            ElementType.UINT4,
            ElementType.INT8,
            ElementType.INT16,
            ElementType.UINT16)
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of("", 21, type, new long[0], Map.of()),
                    Arguments.of("", 21, type, new long[] {5}, Map.of("axis", -1)),
                    Arguments.of(
                        "", 21, type, new long[] {3, 5}, Map.of("axis", 0, "block_size", 3)),
                    Arguments.of(
                        "", 23, type, new long[] {7, 3}, Map.of("axis", 1, "block_size", 2)),
                    Arguments.of("com.microsoft", 17, type, new long[] {7}, Map.of("axis", 0))));
  }

  private static OnnxModel model(
      String domain, int opset, ElementType type, long[] dims, Map<String, Object> attributes) {
    GraphBuilder b = new GraphBuilder("weights");
    b.input("x", 7);
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] scales = new float[count];
    for (int i = 0; i < count; i++) {
      scales[i] = 0.011f + 0.0007f * i;
    }
    b.initializer("wq", Quantized.integers("wq", type, 7, 5));
    b.initializer("ws", Tensor.ofFloats(dims, scales));
    b.initializer("wz", Quantized.integers("wz", type, dims));
    b.node(domain, "DequantizeLinear", List.of("wq", "ws", "wz"), List.of("w"), attributes);
    b.node("MatMul", "y", List.of("x", "w"), Map.of());
    b.output("y", 5);
    return b.build(opset);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aTrainedIntegerWeightRunsInOnnxRuntimeAsInTheGraph(
      String domain, int opset, ElementType type, long[] dims, Map<String, Object> attributes) {
    OnnxModel model = model(domain, opset, type, dims, attributes);
    float[] x = new float[21];
    Random random = new Random(31);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertArrayEquals(model.bytes(), graph.export().bytes(), "untouched");
      NDArray in = TestDevice.place(manager.create(x, new Shape(3, 7)));
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logitsInTraining(in).square().sum());
      }
      assertEquals(1, graph.parameters().size());
      NDArray master = graph.parameters().get(0).master();
      NDArray step = master.getGradient().mul(0.02f);
      assertTrue(step.abs().sum().getFloat() > 0, "no gradient at all");
      master.setRequiresGradient(false);
      master.subi(step);
      OnnxModel changed = graph.export();
      assertNotEquals(model.sha256(), changed.sha256());
      float[] found = graph.logits(in).toFloatArray();
      try (RuntimeSession session =
          RuntimeSession.open(
              changed, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
        float[][] expected = session.logits(x, 3, 7);
        for (int i = 0; i < found.length; i++) {
          // Seven products in another order; those of 16 bits add up to some 100.
          double tolerance = 1e-5 * (1 + Math.abs(expected[i / 5][i % 5]));
          assertEquals(expected[i / 5][i % 5], found[i], tolerance, "at " + i);
        }
      }
    }
  }
}
