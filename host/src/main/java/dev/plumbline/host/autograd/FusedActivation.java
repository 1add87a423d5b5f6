package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;
import java.util.function.UnaryOperator;

/** The activations that ONNX Runtime fuses with the operator before them. */
final class FusedActivation {
  private FusedActivation() {}

  /**
   * @param name as ONNX spells the activation; empty for none
   * @param parameters of the activation, in ONNX's order of attributes
   */
  static UnaryOperator<NDArray> of(NodeContext context, String name, float... parameters) {
    int expected =
        switch (name) {
          case "LeakyRelu" -> 1;
          case "Clip", "HardSigmoid" -> 2;
          default -> 0;
        };
    if (parameters.length < expected) {
      throw context.unsupported(
          "its activation "
              + name
              + " has "
              + parameters.length
              + " parameters, expected "
              + expected);
    }
    return switch (name) {
      case "" -> x -> x;
      case "Relu" -> x -> x.getNDArrayInternal().relu();
      case "Tanh" -> NDArray::tanh;
      case "Sigmoid" -> x -> x.getNDArrayInternal().sigmoid();
      case "LeakyRelu" -> x -> x.getNDArrayInternal().leakyRelu(parameters[0]);
      case "Clip" -> x -> x.clip(parameters[0], parameters[1]);
      case "HardSigmoid" -> x -> Scalars.times(x, parameters[0]).add(parameters[1]).clip(0, 1);
      default ->
          throw context.unsupported(
              "its activation is "
                  + name
                  + ", expected Relu, Tanh, Sigmoid, LeakyRelu, Clip or HardSigmoid");
    };
  }
}
