package dev.plumbline.host.onnx;

import java.util.Optional;

/**
 * What a softmax or a sigmoid at the end of a graph is given.
 *
 * @param name of the value
 * @param axis that the softmax goes over, as its node has it: negative from the end
 */
public record ValueBefore(String name, int axis) {
  /**
   * Of an output; empty where it ends in neither.
   *
   * @param output its name
   */
  public static Optional<ValueBefore> of(OnnxModel model, String output) {
    return OutputReading.before(model.graph(), output, model.opset(""));
  }
}
