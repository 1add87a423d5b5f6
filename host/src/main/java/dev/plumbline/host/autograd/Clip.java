package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.Tensor;
import java.util.Optional;

/** Values limited to a range; the gradient is zero where a value was limited. */
final class Clip implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    double min = bound(context, 1, Double.NEGATIVE_INFINITY);
    double max = bound(context, 2, Double.POSITIVE_INFINITY);
    return Kernel.elementwise(a -> a.clip(min, max));
  }

  private static double bound(NodeContext context, int position, double otherwise) {
    if (context.node().input(position).isEmpty()) {
      return otherwise;
    }
    Optional<Tensor> bound = context.constant(position);
    return bound
        .map(b -> (double) b.floats()[0])
        .orElseThrow(() -> context.unsupported("its bound is computed, expected a constant"));
  }
}
