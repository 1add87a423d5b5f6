package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;

/** Gaussian error linear unit, exact or by its tanh approximation. */
final class Gelu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    String approximate = context.node().stringAttribute("approximate", "none");
    return switch (approximate) {
      case "none" -> Kernel.elementwise(a -> a.getNDArrayInternal().gelu());
      case "tanh" -> Kernel.elementwise(Gelu::byTanh);
      default ->
          throw context.unsupported(
              "its approximation is " + approximate + ", expected none or tanh");
    };
  }

  private static NDArray byTanh(NDArray a) {
    NDArray cubic = Scalars.times(a.mul(a).mul(a), 0.044715f).add(a);
    return Scalars.times(
        Scalars.times(cubic, (float) Math.sqrt(2 / Math.PI)).tanh().add(1).mul(a), 0.5f);
  }
}
