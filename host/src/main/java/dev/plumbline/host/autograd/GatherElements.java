package dev.plumbline.host.autograd;

/** Elements of an array, each by its own index along an axis. */
final class GatherElements implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    long axis = context.node().intAttribute("axis", 0);
    return inputs ->
        Movement.of(
            inputs,
            data -> {
              int at = Movement.axis(axis, data.getShape().dimension());
              long size = data.getShape().get(at);
              return data.gather(Movement.indices(inputs, 1, data, size), at);
            });
  }
}
