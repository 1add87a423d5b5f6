package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Axes of size 1 removed. */
final class Squeeze implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      boolean integers = inputs.value(0) instanceof Value.Integers;
      long[] dims = integers ? inputs.integers(0).dims() : inputs.array(0).getShape().getShape();
      long[] axes =
          inputs.has(1)
              ? Arrays.stream(inputs.integers(1).values())
                  .map(a -> a < 0 ? a + dims.length : a)
                  .toArray()
              : LongStream.range(0, dims.length).filter(a -> dims[(int) a] == 1).toArray();
      long[] kept =
          LongStream.range(0, dims.length)
              .filter(a -> Arrays.stream(axes).noneMatch(x -> x == a))
              .map(a -> dims[(int) a])
              .toArray();
      return integers
          ? Kernel.integers(kept, inputs.integers(0).values().clone())
          : new Value[] {new Value.Array(inputs.array(0).reshape(new Shape(kept)))};
    };
  }
}
