package dev.plumbline.host.autograd;

/** Any array as a matrix: the axes before one, and the rest. */
final class Flatten implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", 1));
    return inputs ->
        Movement.reshape(
            inputs,
            dims -> {
              int at = axis < 0 ? axis + dims.length : axis;
              return new long[] {
                Movement.product(dims, 0, at), Movement.product(dims, at, dims.length)
              };
            });
  }
}
