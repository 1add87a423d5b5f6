package dev.plumbline.host.autograd;

/** The input as it is. */
final class PassThrough implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs ->
        new Value[] {
          inputs.value(0) instanceof Value.Integers integers
              ? new Value.Integers(integers.dims().clone(), integers.values().clone())
              : new Value.Array(Kernel.view(inputs.array(0)))
        };
  }
}
