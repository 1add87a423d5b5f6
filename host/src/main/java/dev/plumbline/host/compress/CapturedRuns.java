package dev.plumbline.host.compress;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.memory.MemoryBudget;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.onnx.ModelContract;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Pictures through a graph, batch by batch, with an eye on values on the way.
 *
 * @param values names of floating-point values that depend on the graph's input
 */
record CapturedRuns(
    DifferentiableGraph graph, Set<String> values, Preprocessing preprocessing, Dataset pictures) {
  /** Pictures at once at most; every captured activation of a batch is in memory. */
  private static final int MOST = 32;

  /**
   * Runs all pictures.
   *
   * @param name of the step of progress
   * @param consumer takes the name of a value and what it is for a batch; the array is closed after
   */
  void each(Progress progress, String name, BiConsumer<String, NDArray> consumer) {
    try (Progress.Step step = progress.begin(name, pictures.size());
        NDManager manager = DeviceArrays.owner()) {
      int together = together(manager);
      for (int from = 0; from < pictures.size(); from += together) {
        int to = Math.min(pictures.size(), from + together);
        try (NDManager batch = manager.newSubManager()) {
          graph.logitsAnd(input(batch, from, to), values).captured().forEach(consumer);
        }
        step.at(to, "");
      }
    }
  }

  /** Few values may be captured, and all may be. */
  private int together(NDManager manager) {
    boolean anyBatch = graph.model().batch() == 0;
    if (graph.device().isGpu() || !anyBatch || pictures.size() < 2) {
      return MOST;
    }
    try (NDManager one = manager.newSubManager()) {
      MemoryNeed need = graph.memory(input(one, 0, 1)).gradient();
      return MemoryBudget.ofProcess().pictures("looking into " + graph.model().name(), need, MOST);
    }
  }

  private NDArray input(NDManager manager, int from, int to) {
    InputShape shape = pictures.inputShape();
    float[] floats = new float[Math.multiplyExact(to - from, shape.elements())];
    for (int i = from; i < to; i++) {
      preprocessing.toInput(pictures.input(i), floats, (i - from) * shape.elements());
    }
    NDArray input =
        manager.create(floats, new Shape(ModelContract.inputDims(to - from, shape, preprocessing)));
    return DeviceArrays.on(graph.device(), input);
  }
}
