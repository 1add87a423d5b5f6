package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gradients do not depend on when Java collects its garbage. */
class CollectedBuffersTest {
  /** Enough to fill again what was freed. */
  private static final int BUFFERS = 20_000;

  @Test
  void gradientsAreTheSameWhereGarbageIsCollectedOnTheWay() {
    Map<String, float[]> before = gradients(() -> {});
    Map<String, float[]> after = gradients(CollectedBuffersTest::collect);
    List<String> other = new ArrayList<>();
    before.forEach(
        (name, gradient) -> {
          if (!Arrays.equals(gradient, after.get(name))) {
            other.add(name);
          }
        });
    assertEquals(List.of(), other);
  }

  /** Small buffers take the place of those that operators let go of. */
  private static void collect() {
    System.gc();
    List<ByteBuffer> filled = new ArrayList<>();
    for (int i = 0; i < BUFFERS; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(4 + i % 64);
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0x7f);
      }
      filled.add(buffer);
    }
    assertEquals(BUFFERS, filled.size());
  }

  /**
   * Gradients of all operators, from one way back.
   *
   * @param between runs before that way
   */
  private static Map<String, float[]> gradients(Runnable between) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    List<DifferentiableGraph> graphs = new ArrayList<>();
    try (NDManager manager = DeviceArrays.owner()) {
      try (GradientTape tape = GradientTape.open()) {
        NDArray total = TestDevice.place(manager.zeros(new Shape()));
        for (OperatorCase each : OperatorCases.all()) {
          if (!each.smooth() || each.opset() != 17) {
            continue;
          }
          double[] x = each.input(12);
          float[] floats = new float[x.length];
          for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
          }
          NDArray leaf =
              TestDevice.place(manager.create(floats, new Shape(each.dims()))).duplicate();
          leaf.setRequiresGradient(true);
          DifferentiableGraph graph = DifferentiableGraph.frozen(each.model(), TestDevice.device());
          graphs.add(graph);
          total = total.add(graph.output(leaf).square().sum());
          leaves.put(each.toString(), leaf);
        }
        between.run();
        tape.backward(total);
      }
      Map<String, float[]> gradients = new LinkedHashMap<>();
      leaves.forEach((name, leaf) -> gradients.put(name, leaf.getGradient().toFloatArray()));
      return gradients;
    } finally {
      graphs.forEach(DifferentiableGraph::close);
    }
  }
}
