package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One number from the elements along some axes.
 *
 * @param inputSince opset from which the axes are an input
 * @param ofIntegers the reduction in shape arithmetic
 * @param ofArrays the reduction of arrays
 */
record Reduction(int inputSince, ToLongFunction<long[]> ofIntegers, OverAxes ofArrays)
    implements Operator {

  /** A reduction of an array; over no axes at all it leaves the shape as it is. */
  interface OverAxes {
    NDArray apply(NDArray array, int[] axes, boolean keep);
  }

  @Override
  public Kernel compile(NodeContext context) {
    ReducedAxes reduced = ReducedAxes.of(context, inputSince);
    boolean whole = context.isWhole(0);
    return inputs -> {
      if (inputs.value(0) instanceof Value.Integers data) {
        int[] axes = reduced.of(inputs, data.dims().length);
        return new Value[] {reduce(data, axes, reduced.keep(), ofIntegers)};
      }
      NDArray data = inputs.array(0);
      int[] axes = reduced.of(inputs, data.getShape().dimension());
      NDArray result = ofArrays.apply(data, axes, reduced.keep());
      return new Value[] {new Value.Array(whole ? result.trunc() : result)};
    };
  }

  /** Reduces whole numbers; the function gets those of one result in order. */
  static Value.Integers reduce(
      Value.Integers data, int[] axes, boolean keep, ToLongFunction<long[]> function) {
    long[] dims = data.dims();
    long[] ones = dims.clone();
    Arrays.stream(axes).filter(axis -> axis < dims.length).forEach(axis -> ones[axis] = 1);
    int results = Broadcasting.size(ones);
    int each = results == 0 ? 0 : data.values().length / results;
    long[][] groups = new long[results][each];
    int[] filled = new int[results];
    for (int flat = 0; flat < data.values().length; flat++) {
      int group = 0;
      int stride = 1;
      int rest = flat;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        group += ones[axis] == 1 ? 0 : (int) (rest % dims[axis]) * stride;
        stride = (int) (stride * ones[axis]);
        rest = (int) (rest / dims[axis]);
      }
      groups[group][filled[group]++] = data.values()[flat];
    }
    return new Value.Integers(
        keep ? ones : without(dims, axes), Arrays.stream(groups).mapToLong(function).toArray());
  }

  static NDArray sum(NDArray array, int[] axes, boolean keep) {
    return axes.length == 0 ? Kernel.view(array) : array.sum(axes, keep);
  }

  static NDArray mean(NDArray array, int[] axes, boolean keep) {
    // A mean over several axes is not in DJL's PyTorch engine; a sum is.
    return Scalars.dividedBy(sum(array, axes, keep), count(array, axes));
  }

  static NDArray norm(NDArray array, int[] axes, boolean keep) {
    // Its own gradient, as that of a root is infinite where all elements are zero.
    return axes.length == 0 ? array.abs() : array.norm(2, axes, keep);
  }

  static NDArray logSumExp(NDArray array, int[] axes, boolean keep) {
    // Infinite elements stay so: the shift is finite.
    NDArray shift =
        overOneAxis(NDArray::max)
            .apply(array, axes, true)
            .clip(-Float.MAX_VALUE, Float.MAX_VALUE)
            .stopGradient();
    NDArray sum = sum(array.sub(shift).exp(), axes, true).log().add(shift);
    return keep ? sum : sum.reshape(new Shape(without(array.getShape().getShape(), axes)));
  }

  static long mean(long[] values) {
    return Arrays.stream(values).reduce(0, Math::addExact) / values.length;
  }

  /** A reduction that DJL's PyTorch engine has over one axis alone. */
  static OverAxes overOneAxis(OverAxes function) {
    return (array, axes, keep) -> {
      if (axes.length == 0) {
        return Kernel.view(array);
      }
      long[] dims = array.getShape().getShape();
      int[] kept =
          IntStream.range(0, dims.length)
              .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
              .toArray();
      int[] order = IntStream.concat(Arrays.stream(kept), Arrays.stream(axes)).toArray();
      long reduced = count(array, axes);
      NDArray matrix = array.transpose(order).reshape(array.getShape().size() / reduced, reduced);
      long[] ones = dims.clone();
      Arrays.stream(axes).forEach(axis -> ones[axis] = 1);
      return function
          .apply(matrix, new int[] {1}, false)
          .reshape(new Shape(keep ? ones : without(dims, axes)));
    };
  }

  /** A reduction of what a function makes of each element. */
  static OverAxes after(UnaryOperator<NDArray> function, OverAxes reduction) {
    return (array, axes, keep) -> reduction.apply(function.apply(array), axes, keep);
  }

  private static long count(NDArray array, int[] axes) {
    return Arrays.stream(axes).mapToLong(array.getShape()::get).reduce(1, Math::multiplyExact);
  }

  private static long[] without(long[] dims, int[] axes) {
    return IntStream.range(0, dims.length)
        .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
        .mapToLong(axis -> dims[axis])
        .toArray();
  }
}
