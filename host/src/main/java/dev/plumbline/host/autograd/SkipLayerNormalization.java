package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * ONNX Runtime's sum of two or three arrays, normalised along the last axis. Mean and deviation are
 * not made, ONNX Runtime's CPU leaves them out too; the sum is the fourth output.
 */
final class SkipLayerNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float epsilon = context.node().floatAttribute("epsilon", 1e-12f);
    return inputs -> {
      NDArray pair = inputs.array(0).add(inputs.array(1));
      NDArray sum = inputs.has(4) ? pair.add(inputs.array(4)) : pair;
      int[] last = {sum.getShape().dimension() - 1};
      NDArray centred = sum.sub(sum.mean(last, true));
      NDArray deviation = centred.mul(centred).mean(last, true).add(epsilon).sqrt();
      NDArray scaled = centred.div(deviation).mul(inputs.array(2));
      return new Value[] {
        new Value.Array(inputs.has(3) ? scaled.add(inputs.array(3)) : scaled),
        null,
        null,
        new Value.Array(sum)
      };
    };
  }
}
