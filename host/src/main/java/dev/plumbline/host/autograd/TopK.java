package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The largest or smallest elements along an axis, in order, and their indices; of equal elements
 * that of the lower index first, which libtorch's own does not promise.
 */
final class TopK implements Operator {
  /** The opset from which the number of elements is an input. */
  private static final int COUNT_IS_INPUT = 10;

  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", -1);
    boolean largest = context.node().intAttribute("largest", 1) != 0;
    long attribute = context.node().intAttribute("k", 0);
    boolean input = context.opset() >= COUNT_IS_INPUT;
    return inputs -> {
      long k = input ? inputs.wholeNumbers(1)[0] : attribute;
      NDArray data = inputs.array(0);
      int at = Movement.axis(axis, data.getShape().dimension());
      if (k < 0 || k > data.getShape().get(at)) {
        throw new IllegalArgumentException(
            "it asks for " + k + " of " + data.getShape().get(at) + " elements");
      }
      NDArray indices = indices(data, at, Math.toIntExact(k), largest);
      return new Value[] {
        new Value.Array(data.gather(indices, at)),
        new Value.Array(indices.toType(context.precision(), false))
      };
    };
  }

  private static NDArray indices(NDArray data, int axis, int k, boolean largest) {
    Shape shape = data.getShape();
    int size = (int) shape.get(axis);
    int inner = (int) shape.slice(axis + 1).size();
    int outer = (int) shape.slice(0, axis).size();
    double[] values = data.stopGradient().toType(DataType.FLOAT64, false).toDoubleArray();
    long[] indices = new long[outer * k * inner];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        int start = o * size * inner + i;
        Comparator<Integer> byValue = Comparator.comparingDouble(e -> values[start + e * inner]);
        int[] order =
            IntStream.range(0, size)
                .boxed()
                .sorted(largest ? byValue.reversed() : byValue)
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
        for (int e = 0; e < k; e++) {
          indices[(o * k + e) * inner + i] = order[e];
        }
      }
    }
    long[] dims = shape.getShape().clone();
    dims[axis] = k;
    return DeviceArrays.beside(data, data.getManager().create(indices, new Shape(dims)));
  }
}
