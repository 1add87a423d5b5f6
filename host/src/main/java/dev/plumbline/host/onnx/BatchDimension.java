package dev.plumbline.host.onnx;

import java.util.List;
import java.util.OptionalInt;

/**
 * Which of an output's dimensions counts the inputs: the first, or the second behind time steps.
 */
public final class BatchDimension {
  private BatchDimension() {}

  /**
   * Of an output of three dimensions, as the graph declares it, and as runs show where the graph
   * leaves both open.
   *
   * @return 1 where only the second can be it, else 0
   */
  public static int of(OnnxModel model, ValueInfo output) {
    List<Long> dims = output.dims();
    if (dims.size() != 3) {
      return 0;
    }
    long first = dims.get(0);
    long second = dims.get(1);
    long batch = model.graph().input().fixedBatch();
    if (batch > 0) {
      // An open dimension that is not the batch's is one of time steps.
      return first != batch && second == batch ? 1 : 0;
    }
    if (first < 0 && second < 0) {
      OptionalInt shown = new RunProbe(model).batchDimension(output.name());
      return shown.orElse(0);
    }
    return first > 1 && second < 0 ? 1 : 0;
  }
}
