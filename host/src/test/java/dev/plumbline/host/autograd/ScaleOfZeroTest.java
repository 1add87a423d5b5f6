package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tools write a scale of 0 for a channel that was pruned; ONNX Runtime is the oracle. */
class ScaleOfZeroTest {
  private static OnnxModel model() {
    GraphBuilder graph = new GraphBuilder("pruned");
    String x = graph.input("x", 1, 2, 2);
    graph.initializer(
        "w",
        Tensor.ofBytes(ElementType.INT8, new long[] {2, 4}, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    graph.initializer("s", Tensor.ofFloats(new long[] {2}, 0.5f, 0));
    graph.node("DequantizeLinear", "wd", List.of("w", "s"), Map.of("axis", 0));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, 1, -1));
    graph.node("Flatten", "flat", List.of(x), Map.of());
    graph.output(graph.node("Gemm", "y", List.of("flat", "wd", "b"), Map.of("transB", 1)), 2);
    return graph.build();
  }

  @Test
  void suchAModelRunsInOnnxRuntimeAndAsTheProxy() {
    float[] input = {1, -1, 2, 0.5f};
    // 0.5 (1 - 2 + 6 + 2) + 1, and the bias of the channel that is gone.
    float[] byHand = {4.5f, -1};
    try (RuntimeSession session = RuntimeSession.open(model(), RuntimeProvider.cpu())) {
      assertArrayEquals(byHand, session.logits(input, 1, 1, 2, 2)[0]);
    }
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model(), TestDevice.device())) {
      assertArrayEquals(
          byHand,
          graph
              .logits(TestDevice.place(manager.create(input, new Shape(1, 1, 2, 2))))
              .toFloatArray());
    }
  }

  @Test
  void suchAModelIsNotTrained() {
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> DifferentiableGraph.trainable(model(), TestDevice.device()));
    assertEquals(
        "model pruned can be run but not trained: the scale of w is 0 at 1, expected scales above"
            + " 0",
        e.getMessage());
  }
}
