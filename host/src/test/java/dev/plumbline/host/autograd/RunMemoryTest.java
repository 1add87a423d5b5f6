package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.memory.TestPeak;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunMemoryTest {
  private static final int BATCH = 512;

  /**
   * By hand: four values of 48 floats, 192 bytes, and for each picture. Of those that a run without
   * gradient makes, two are there at the same time: what a node reads and what it makes. Both may
   * be there once more. The last ones stay until the end.
   */
  @Test
  void aRunIsMeasuredByItsArrays() {
    GraphBuilder graph = new GraphBuilder("chain");
    String x = graph.input("input", 3, 4, 4);
    for (String name : List.of("a", "b", "c")) {
      x = graph.node("Sigmoid", name, List.of(x), Map.of());
    }
    graph.output(graph.node("Flatten", "logits", List.of(x), Map.of()), 48);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph chain =
            DifferentiableGraph.frozen(graph.build(), TestDevice.device())) {
      RunMemory memory = chain.memory(TestDevice.place(manager.zeros(new Shape(1, 3, 4, 4))));
      assertEquals(new MemoryNeed(0, 2 * 192 + 3 * 192), memory.inference());
      assertEquals(new MemoryNeed(0, 4 * 192 + 2 * 192), memory.gradient());
    }
  }

  /**
   * The oracle is Linux. Convolutions pad and reorder in buffers of their own, and a backward pass
   * frees as it goes.
   */
  @ParameterizedTest
  @ValueSource(strings = {"resnet8", "resnet8-int8", "resnet8-pruned"})
  void aBatchTakesWhatIsMeasuredOfOnePicture(String name) {
    OnnxModel model =
        OnnxModel.read(Path.of("..", "models", "fashion-mnist-" + name + ".onnx").toAbsolutePath());
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(model, Accelerator.CPU.torchDevice())) {
      RunMemory memory = graph.memory(manager.zeros(new Shape(1, 1, 28, 28)));
      TestPeak.assertFits(memory.inference(), BATCH, () -> forward(graph, manager));
      TestPeak.assertFits(memory.gradient(), BATCH, () -> forwardAndBackward(graph, manager));
    }
  }

  private static void forward(DifferentiableGraph graph, NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      Unrecorded.compute(
          () -> graph.logits(scope.ones(new Shape(BATCH, 1, 28, 28))).toFloatArray());
    }
  }

  private static void forwardAndBackward(DifferentiableGraph graph, NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray leaf = scope.ones(new Shape(BATCH, 1, 28, 28));
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(graph.logits(leaf).sum());
        leaf.getGradient().toFloatArray();
      }
    }
  }
}
