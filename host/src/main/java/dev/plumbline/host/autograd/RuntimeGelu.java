package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * ONNX Runtime's Gaussian error linear units, with an optional bias as second input.
 *
 * @param curve the unit, of a node's attributes
 */
record RuntimeGelu(Function<NodeContext, UnaryOperator<NDArray>> curve) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    UnaryOperator<NDArray> f = curve.apply(context);
    return Kernel.ofArray(
        inputs -> f.apply(inputs.has(1) ? inputs.array(0).add(inputs.array(1)) : inputs.array(0)));
  }

  /** Gelu and BiasGelu: the distribution function itself. */
  static RuntimeGelu exact() {
    return new RuntimeGelu(
        context -> x -> x.mul(Scalars.times(Scalars.times(x, Math.sqrt(0.5)).erf().add(1), 0.5)));
  }

  /** FastGelu: a hyperbolic tangent of a cubic (Hendrycks and Gimpel 2016). */
  static RuntimeGelu fast() {
    return new RuntimeGelu(
        context ->
            x -> {
              NDArray cubic =
                  Scalars.times(
                      x.add(Scalars.times(x.mul(x).mul(x), 0.044715)), Math.sqrt(2 / Math.PI));
              return x.mul(Scalars.times(cubic.tanh().add(1), 0.5));
            });
  }

  /** QuickGelu: a sigmoid of slope alpha. */
  static RuntimeGelu quick() {
    return new RuntimeGelu(
        context -> {
          float alpha = context.node().floatAttribute("alpha", 1.702f);
          return x -> x.mul(Scalars.times(x, alpha).getNDArrayInternal().sigmoid());
        });
  }
}
