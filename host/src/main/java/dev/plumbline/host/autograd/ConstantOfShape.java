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
    boolean integers =
        switch (value.type()) {
          case INT32, INT64, BOOL -> true;
          // Quantized values are arrays everywhere.
          default -> false;
        };
    return inputs -> {
      long[] dims = inputs.wholeNumbers(0);
      if (integers) {
        long[] values = new long[Value.Integers.count(dims)];
        Arrays.fill(values, value.longs()[0]);
        return Kernel.integers(dims.clone(), values);
      }
      return new Value[] {
        new Value.Array(
            inputs.place(
                inputs.manager().full(new Shape(dims), value.floats()[0], context.precision())))
      };
    };
  }
}
