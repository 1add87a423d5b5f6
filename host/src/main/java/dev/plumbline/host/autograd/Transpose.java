package dev.plumbline.host.autograd;

import java.util.Optional;
import java.util.stream.IntStream;

/** Axes in another order. */
final class Transpose implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Optional<long[]> order = context.node().intsAttribute("perm");
    return inputs ->
        Movement.of(
            inputs,
            a -> {
              int axes = a.getShape().dimension();
              int[] by =
                  IntStream.range(0, axes)
                      .map(i -> order.map(o -> (int) o[i]).orElse(axes - 1 - i))
                      .toArray();
              return axes == 0 ? Kernel.view(a) : a.transpose(by);
            });
  }
}
