package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;

/** ONNX Runtime's convolution with a sum and an activation behind it. */
final class FusedConv implements Operator {
  private static final int SUMMAND = 3;

  @Override
  public Kernel compile(NodeContext context) {
    UnaryOperator<NDArray> activation =
        FusedActivation.of(
            context,
            context.node().stringAttribute("activation", ""),
            context.node().floatsAttribute("activation_params").orElse(new float[0]));
    List<String> names = context.node().inputs();
    Kernel conv =
        OperatorRegistry.DEFAULT.compile(
            context.as("Conv", 11, names.subList(0, Math.min(SUMMAND, names.size()))));
    return Kernel.ofArray(
        inputs -> {
          NDArray sum =
              conv.array(inputs.with(inputs.array(0), inputs.array(1), inputs.arrayOrNull(2)));
          return activation.apply(inputs.has(SUMMAND) ? sum.add(inputs.array(SUMMAND)) : sum);
        });
  }
}
