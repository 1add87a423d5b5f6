package dev.plumbline.host.autograd;

import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;

/** An array of one value, of a shape known when the graph runs. */
final class ConstantOfShape implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    Tensor value =
        context.node().tensorAttribute("value").orElse(Tensor.ofFloats(new long[] {1}, 0f));
    return inputs -> {
      long[] dims = inputs.integers(0).values();
      if (!value.type().isFloatingPoint()) {
        long size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
        long[] values = new long[Math.toIntExact(size)];
        Arrays.fill(values, value.longs()[0]);
        return Kernel.integers(dims.clone(), values);
      }
      return new Value[] {
        new Value.Array(
            inputs.manager().full(new Shape(dims), value.floats()[0], context.precision()))
      };
    };
  }
}
