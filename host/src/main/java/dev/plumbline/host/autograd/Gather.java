package dev.plumbline.host.autograd;

import ai.djl.ndarray.index.NDIndex;

/** Elements by their indices: in shape arithmetic, and one slice of an array. */
final class Gather implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", 0));
    return inputs -> {
      Value.Integers indices = inputs.integers(1);
      if (inputs.value(0) instanceof Value.Integers data) {
        long[] result = new long[indices.values().length];
        for (int i = 0; i < result.length; i++) {
          long index = indices.values()[i];
          result[i] = data.values()[(int) (index < 0 ? index + data.values().length : index)];
        }
        return Kernel.integers(indices.dims(), result);
      }
      if (indices.dims().length != 0) {
        throw context.unsupported("it gathers several slices of an array");
      }
      NDIndex index = new NDIndex();
      int axes = inputs.array(0).getShape().dimension();
      int at = axis < 0 ? axis + axes : axis;
      for (int i = 0; i < at; i++) {
        index.addAllDim();
      }
      index.addIndices(indices.values()[0]);
      return new Value[] {new Value.Array(inputs.array(0).get(index))};
    };
  }
}
