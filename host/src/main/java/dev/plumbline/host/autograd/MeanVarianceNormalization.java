package dev.plumbline.host.autograd;

import java.util.Arrays;

/** Mean 0 and variance 1 over some axes. */
final class MeanVarianceNormalization implements Operator {
  /** ONNX adds 1e-9 to the deviation; this in the variance spares its root an infinite gradient. */
  private static final double EPSILON = 1e-18;

  @Override
  public Kernel compile(NodeContext context) {
    long[] axes = context.node().intsAttribute("axes").orElse(new long[] {0, 2, 3});
    return Kernel.elementwise(
        x -> {
          int dimensions = x.getShape().dimension();
          int[] reduced =
              Arrays.stream(axes).mapToInt(a -> ReducedAxes.axis(a, dimensions)).toArray();
          return Moments.of(x, reduced).standardized(EPSILON);
        });
  }
}
