package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/** Sums of the elements up to each along an axis. */
final class CumSum implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean exclusive = context.node().intAttribute("exclusive", 0) != 0;
    boolean reverse = context.node().intAttribute("reverse", 0) != 0;
    return inputs -> {
      long axis = inputs.integers(1).values()[0];
      if (inputs.value(0) instanceof Value.Integers data) {
        int at = ReducedAxes.axis(axis, data.dims().length);
        return new Value[] {sums(data, at, exclusive, reverse)};
      }
      NDArray data = inputs.array(0);
      int at = ReducedAxes.axis(axis, data.getShape().dimension());
      return new Value[] {new Value.Array(sums(data, at, exclusive, reverse))};
    };
  }

  private static NDArray sums(NDArray data, int axis, boolean exclusive, boolean reverse) {
    NDArray ordered = reverse ? data.flip(axis) : data;
    NDArray sums = (exclusive ? delayed(ordered, axis) : ordered).cumSum(axis);
    return reverse ? sums.flip(axis) : sums;
  }

  /** The elements one place later, a zero first. */
  private static NDArray delayed(NDArray data, int axis) {
    long size = data.getShape().get(axis);
    NDArray first = data.get(part(axis, 0, 1)).zerosLike();
    return size == 1 ? first : first.concat(data.get(part(axis, 0, size - 1)), axis);
  }

  private static NDIndex part(int axis, long from, long to) {
    NDIndex index = new NDIndex();
    for (int i = 0; i < axis; i++) {
      index.addAllDim();
    }
    return index.addSliceDim(from, to);
  }

  private static Value.Integers sums(
      Value.Integers data, int axis, boolean exclusive, boolean reverse) {
    long[] dims = data.dims();
    long size = dims.length == 0 ? 1 : dims[axis];
    long stride = LongStream.of(dims).skip(axis + 1L).reduce(1, Math::multiplyExact);
    LongUnaryOperator sum =
        flat -> {
          long place = flat / stride % size;
          long from = reverse ? place + (exclusive ? 1 : 0) : 0;
          long to = reverse ? size : place + (exclusive ? 0 : 1);
          return LongStream.range(from, to)
              .map(i -> data.values()[(int) (flat + (i - place) * stride)])
              .reduce(0, Math::addExact);
        };
    return new Value.Integers(
        dims.clone(), LongStream.range(0, data.values().length).map(sum).toArray());
  }
}
