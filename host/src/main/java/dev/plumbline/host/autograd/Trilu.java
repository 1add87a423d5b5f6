package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;

/** The upper or lower triangle of matrices; zero elsewhere. */
final class Trilu implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean upper = context.node().intAttribute("upper", 1) != 0;
    return inputs -> {
      long diagonal = inputs.has(1) ? inputs.wholeNumbers(1)[0] : 0;
      boolean[] kept = kept(RowIndices.dims(inputs, 0), diagonal, upper);
      if (inputs.value(0) instanceof Value.Integers integers) {
        long[] values = integers.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = kept[i % kept.length] ? values[i] : 0;
        }
        return Kernel.integers(integers.dims(), values);
      }
      NDArray a = inputs.array(0);
      Shape shape = a.getShape();
      NDArray mask =
          DeviceArrays.beside(a, a.getManager().create(kept, shape.slice(shape.dimension() - 2)))
              .broadcast(shape);
      // Not a product with the mask: triangles of minus infinity are common in attention.
      return new Value[] {new Value.Array(NDArrays.where(mask, a, a.zerosLike()))};
    };
  }

  private static boolean[] kept(long[] dims, long diagonal, boolean upper) {
    int rows = Math.toIntExact(dims[dims.length - 2]);
    int columns = Math.toIntExact(dims[dims.length - 1]);
    boolean[] kept = new boolean[rows * columns];
    for (int i = 0; i < kept.length; i++) {
      long offset = i % columns - i / columns;
      kept[i] = upper ? offset >= diagonal : offset <= diagonal;
    }
    return kept;
  }
}
