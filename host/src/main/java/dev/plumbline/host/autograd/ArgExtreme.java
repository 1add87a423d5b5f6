package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * Where the largest or smallest element along an axis is.
 *
 * @param largest which of the two
 */
record ArgExtreme(boolean largest) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    boolean keep = context.node().intAttribute("keepdims", 1) != 0;
    boolean last = context.node().intAttribute("select_last_index", 0) != 0;
    return inputs -> {
      if (inputs.value(0) instanceof Value.Integers data) {
        int[] axes = {ReducedAxes.axis(axis, data.dims().length)};
        return new Value[] {Reduction.reduce(data, axes, keep, v -> index(v, last))};
      }
      NDArray data = inputs.array(0);
      int at = ReducedAxes.axis(axis, data.getShape().dimension());
      return new Value[] {new Value.Array(index(data, at, keep, last))};
    };
  }

  private long index(long[] values, boolean last) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      int order = Long.compare(values[i], values[best]) * (largest ? 1 : -1);
      if (order > 0 || order == 0 && last) {
        best = i;
      }
    }
    return best;
  }

  private NDArray index(NDArray data, int axis, boolean keep, boolean last) {
    NDArray searched = last ? data.flip(axis) : data;
    NDArray found = largest ? searched.argMax(axis) : searched.argMin(axis);
    NDArray index = found.toType(data.getDataType(), false);
    NDArray counted = last ? index.neg().add(data.getShape().get(axis) - 1) : index;
    return keep ? counted.expandDims(axis) : counted;
  }
}
