package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.function.Function;

/** Float to int8 or uint8, per tensor or per channel. */
final class QuantizeLinear implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return kernel(context, parameters -> parameters.quantize(context));
  }

  /** Quantization and dequantization in one kernel. */
  static Kernel fakeQuantize(NodeContext context) {
    return kernel(context, parameters -> parameters.fakeQuantize(context));
  }

  private static Kernel kernel(NodeContext context, Function<FakeQuantization, Kernel> kernel) {
    ElementType type = type(context);
    if (context.requireConstant(1, "scale").size() == 1) {
      return kernel.apply(FakeQuantization.of(context, 0, type));
    }
    // Per-channel parameters need the number of axes, which is known when the node runs.
    Kernel[] ready = new Kernel[1];
    return inputs -> {
      if (ready[0] == null) {
        int axes = inputs.array(0).getShape().dimension();
        ready[0] = kernel.apply(FakeQuantization.of(context, axes, type));
      }
      return ready[0].run(inputs);
    };
  }

  private static ElementType type(NodeContext context) {
    ElementType type = context.constant(2).map(Tensor::type).orElseGet(() -> declared(context));
    if (type != ElementType.INT8 && type != ElementType.UINT8) {
      throw context.unsupported("it quantizes to " + type + ", expected INT8 or UINT8");
    }
    return type;
  }

  private static ElementType declared(NodeContext context) {
    int number = Math.toIntExact(context.node().intAttribute("output_dtype", 0));
    return number == 0
        ? ElementType.UINT8
        : ElementType.of(number)
            .orElseThrow(() -> context.unsupported("its output_dtype is " + number));
  }
}
