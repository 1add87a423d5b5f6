package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;

/** Quantized numbers to float, per tensor or per channel. */
final class DequantizeLinear implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.requireConstant(1, "scale").size() == 1) {
      return FakeQuantization.of(context, 0, ElementType.INT8).dequantize();
    }
    Kernel[] ready = new Kernel[1];
    return inputs -> {
      if (ready[0] == null) {
        int axes = inputs.array(0).getShape().dimension();
        ready[0] = FakeQuantization.of(context, axes, ElementType.INT8).dequantize();
      }
      return ready[0].run(inputs);
    };
  }
}
