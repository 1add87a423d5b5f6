package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;

/** Float to integers of 4 to 16 bits, per tensor, per channel or per block. */
final class QuantizeLinear implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return kernel(context, type(context), FakeQuantization::quantize);
  }

  /** Quantization and dequantization in one kernel, also for a DequantizeLinear of parameters. */
  static Kernel fakeQuantize(NodeContext context, ElementType type) {
    return kernel(context, type, FakeQuantization::fakeQuantize);
  }

  private interface Arithmetic {
    NDArray apply(FakeQuantization parameters, NDArray x, Inputs inputs);
  }

  private static Kernel kernel(NodeContext context, ElementType type, Arithmetic arithmetic) {
    QuantizationByShape parameters = new QuantizationByShape(context, type);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          return arithmetic.apply(parameters.of(x), x, inputs);
        });
  }

  /** The type that a QuantizeLinear makes. */
  static ElementType type(NodeContext context) {
    long precision = context.node().intAttribute("precision", 0);
    if (precision != 0 && precision != ElementType.FLOAT.onnxNumber()) {
      throw context.unsupported("it divides in type number " + precision + ", expected float");
    }
    ElementType type =
        context.node().input(2).isPresent()
            ? context
                .constant(2)
                .map(Tensor::type)
                .orElseThrow(
                    () -> context.unsupported("its zero point is computed, expected a constant"))
            : declared(context);
    if (!type.isQuantized()) {
      throw context.unsupported(
          "it quantizes to " + type + ", expected integers of 4, 8 or 16 bits");
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
