package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * Float to uint8 over the range of the values themselves: those of each picture where the batch is
 * left open, those of the whole array elsewhere.
 */
final class DynamicQuantizeLinear implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      NDArray x = inputs.array(0);
      DynamicRange range = DynamicRange.of(x, inputs);
      return new Value[] {
        new Value.Array(range.centred(x, inputs).add(range.zeroPoint())),
        new Value.Array(range.scale()),
        new Value.Array(range.zeroPoint())
      };
    };
  }
}
