package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** ONNX Runtime's Gemm with an activation behind it. */
final class FusedGemm implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    UnaryOperator<NDArray> activation = activation(context);
    Kernel gemm = OperatorRegistry.DEFAULT.compile(context.as("Gemm", 13, context.node().inputs()));
    return Kernel.ofArray(inputs -> activation.apply(gemm.array(inputs)));
  }

  private static UnaryOperator<NDArray> activation(NodeContext context) {
    String name = context.node().stringAttribute("activation", "");
    float[] parameters =
        switch (name) {
          case "LeakyRelu" -> new float[] {parameter(context, "alpha", 0.01f)};
          case "HardSigmoid" ->
              new float[] {parameter(context, "alpha", 0.2f), parameter(context, "beta", 0.5f)};
          default -> new float[0];
        };
    return FusedActivation.of(context, name, parameters);
  }

  private static float parameter(NodeContext context, String name, float otherwise) {
    return context.node().floatAttribute("activation_" + name, otherwise);
  }
}
