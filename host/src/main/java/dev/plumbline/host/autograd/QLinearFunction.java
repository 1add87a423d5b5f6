package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * ONNX Runtime's functions of one quantized array: dequantized, computed in floats, quantized.
 *
 * @param function of a node's attributes
 */
record QLinearFunction(Function<NodeContext, UnaryOperator<NDArray>> function) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ElementType type = type(context, 4, 2);
    FakeQuantization input = FakeQuantization.single(context, 1, 2, type);
    FakeQuantization output = FakeQuantization.single(context, 3, 4, type);
    UnaryOperator<NDArray> f = function.apply(context);
    return Kernel.ofArray(
        inputs -> output.quantize(f.apply(input.dequantize(inputs.array(0))), inputs));
  }

  static UnaryOperator<NDArray> leakyRelu(NodeContext context) {
    float alpha = context.node().floatAttribute("alpha", 0.01f);
    return x -> x.getNDArrayInternal().leakyRelu(alpha);
  }

  /**
   * The type of quantized numbers, which only a zero point tells.
   *
   * @param positions of zero points of that type; one of them is not left out
   */
  static ElementType type(NodeContext context, int... positions) {
    for (int position : positions) {
      if (context.constant(position).isPresent()) {
        return context.constant(position).map(Tensor::type).get();
      }
    }
    throw context.unsupported("it has no constant zero point, expected one to tell its type");
  }
}
