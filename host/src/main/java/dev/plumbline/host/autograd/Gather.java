package dev.plumbline.host.autograd;

import ai.djl.ndarray.index.NDIndex;

/** Slices of an array, or numbers of shape arithmetic, by their indices along an axis. */
final class Gather implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return inputs ->
        Movement.of(
            inputs,
            data -> {
              int at = Movement.axis(axis, data.getShape().dimension());
              long size = data.getShape().get(at);
              if (inputs.value(1) instanceof Value.Integers one && one.dims().length == 0) {
                return data.get(
                    new NDIndex().addAllDim(at).addIndices(Movement.index(one.values()[0], size)));
              }
              return Movement.select(data, at, Movement.indices(inputs, 1, data, size));
            });
  }
}
