package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.memory.MemoryBudget;
import dev.plumbline.host.memory.MemoryNeed;
import java.util.List;

/**
 * How many pictures a graph computes together, found by what one picture takes.
 *
 * @param graph of any kind
 * @param arrays of its model's preprocessing
 * @param picture of the size of all
 */
public record GraphBatch(DifferentiableGraph graph, ArrayPreprocessing arrays, Input picture) {

  /** What runs of the graph take beside its constants and parameters. */
  public RunMemory memory() {
    try (NDManager scope = DeviceArrays.owner()) {
      NDArray one = arrays.toInput(arrays.upload(scope, List.of(picture)));
      return graph.memory(one);
    }
  }

  /**
   * Pictures of a pass forward and backward on the CPU; on a GPU {@code most}.
   *
   * @param what is computed, as messages call it
   * @param most at least 1
   */
  public int withGradient(String what, int most) {
    return most == 1 || graph.device().isGpu() ? most : fitting(what, memory().gradient(), most);
  }

  /** Pictures of a pass forward, likewise. */
  public int withoutGradient(String what, int most) {
    return most == 1 || graph.device().isGpu() ? most : fitting(what, memory().inference(), most);
  }

  private int fitting(String what, MemoryNeed need, int most) {
    String text = what + " with " + graph.model().name() + " on inputs of " + picture.shape();
    return MemoryBudget.ofProcess().pictures(text, need, most);
  }
}
