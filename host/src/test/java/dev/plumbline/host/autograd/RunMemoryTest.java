package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.onnx.GraphBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunMemoryTest {
  /**
   * By hand: four values of 48 floats, 192 bytes, and for each picture. Of those that a run without
   * gradient makes, two are there at the same time: what a node reads and what it makes. The last
   * ones stay until the end.
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
      assertEquals(new MemoryNeed(0, 2 * 192), memory.inference());
      assertEquals(new MemoryNeed(0, 4 * 192 + 2 * 192), memory.gradient());
    }
  }
}
