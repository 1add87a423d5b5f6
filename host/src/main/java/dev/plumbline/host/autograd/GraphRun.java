package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.Map;

/**
 * What came of one run of a graph.
 *
 * @param logits N x classes
 * @param captured the values that were asked for, by name
 */
public record GraphRun(NDArray logits, Map<String, NDArray> captured) {

  /** Hands the arrays to the caller's manager. */
  void release(NDManager manager) {
    release(logits, manager);
    captured.values().forEach(array -> release(array, manager));
  }

  private static void release(NDArray array, NDManager manager) {
    NDScope.unregister(array);
    array.attach(manager);
  }
}
