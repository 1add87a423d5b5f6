package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;

/**
 * Makes rows of what a graph computes: of a classifier logits, else the numbers that its task
 * reads.
 */
sealed interface OutputRows permits ClassScores, TaskRows {
  static OutputRows of(OnnxModel model) {
    return model
        .rows()
        .<OutputRows>map(rows -> new TaskRows(model, rows))
        .orElseGet(() -> new ClassScores(model));
  }

  /** Names of the values that rows are made of, at least one. */
  List<String> values();

  /**
   * The rows.
   *
   * @param found the values, in their order
   * @param inputs that they are of
   * @return float32, inputs x the length of a row
   */
  NDArray rows(List<NDArray> found, long inputs);
}
