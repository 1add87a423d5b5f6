package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Mean over a window of one to three spatial axes, counting its padding or not. */
final class AveragePool implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Pooling pooling = Pooling.of(context);
    Correction correction =
        new Correction(context, pooling, context.node().intAttribute("count_include_pad", 0) != 0);
    return Kernel.elementwise(
        x -> {
          NDArray mean = pooling.mean(x);
          NDArray factor = correction.of(x.getShape());
          return factor == null ? mean : mean.mul(factor);
        });
  }

  /**
   * What a mean over the whole kernel has to be multiplied by where the kernel hangs over the edge;
   * kept for as long as the inputs have the same size. DJL counts padding whatever it is told.
   */
  private static final class Correction {
    private final NodeContext context;
    private final Pooling pooling;
    private final boolean countPadding;
    private Shape spatial;
    private NDArray factor;

    Correction(NodeContext context, Pooling pooling, boolean countPadding) {
      this.context = context;
      this.pooling = pooling;
      this.countPadding = countPadding;
    }

    /** The factor, or null where all means are right. */
    NDArray of(Shape input) {
      if (!input.slice(2).equals(spatial)) {
        if (factor != null) {
          factor.close();
        }
        Pooling.Shares shares = pooling.shares(input, countPadding);
        factor = shares.allOne() ? null : context.array(shares.values(), shares.dims());
        spatial = input.slice(2);
      }
      return factor;
    }
  }
}
