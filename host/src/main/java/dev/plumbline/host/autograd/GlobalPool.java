package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A reduction of all spatial axes, which keep the size 1.
 *
 * @param reduction of the last axis of three; a mean over several axes is not in DJL's PyTorch
 *     engine
 */
record GlobalPool(UnaryOperator<NDArray> reduction) implements Operator {
  private static final int[] LAST = {2};

  static final Operator AVERAGE = new GlobalPool(flat -> flat.mean(LAST, false));
  static final Operator MAX = new GlobalPool(flat -> flat.max(LAST, false));

  /** The norm over all spatial axes. */
  static Kernel lp(NodeContext context) {
    LpNorm norm = LpNorm.of(context);
    return new GlobalPool(flat -> norm.root(norm.powers(flat).sum(LAST, false))).compile(context);
  }

  @Override
  public Kernel compile(NodeContext context) {
    return Kernel.elementwise(
        x -> {
          Shape shape = x.getShape();
          long[] kept = new long[shape.dimension()];
          Arrays.fill(kept, 1);
          kept[0] = shape.get(0);
          kept[1] = shape.get(1);
          return reduction.apply(x.reshape(kept[0], kept[1], -1)).reshape(kept);
        });
  }
}
