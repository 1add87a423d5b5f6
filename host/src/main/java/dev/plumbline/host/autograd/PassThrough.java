package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.Tensor;

/**
 * The input as it is: Identity, and Dropout outside training. Dropout's mask is not made; a node
 * that takes it is refused when it runs.
 */
final class PassThrough implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean drops =
        context.node().is("Dropout")
            && context.constant(2).map(Tensor::longs).filter(t -> t[0] != 0).isPresent();
    if (drops) {
      throw context.unsupported("it is in training mode");
    }
    return inputs ->
        new Value[] {
          inputs.value(0) instanceof Value.Integers integers
              ? new Value.Integers(integers.dims().clone(), integers.values().clone())
              : new Value.Array(Kernel.view(inputs.array(0)))
        };
  }
}
