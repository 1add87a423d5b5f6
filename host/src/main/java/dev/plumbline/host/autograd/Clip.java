package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Tensor;
import java.util.Optional;

/** Values limited to a range; the gradient is zero where a value was limited. */
final class Clip implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.opset() < 11) {
      float min = context.node().floatAttribute("min", -Float.MAX_VALUE);
      float max = context.node().floatAttribute("max", Float.MAX_VALUE);
      return Kernel.elementwise(a -> a.clip(min, max));
    }
    Optional<Float> min = bound(context, 1, -Float.MAX_VALUE);
    Optional<Float> max = bound(context, 2, Float.MAX_VALUE);
    return inputs -> {
      if (inputs.allIntegers()) {
        return new Value[] {clip(inputs)};
      }
      NDArray array = inputs.array(0);
      return new Value[] {
        new Value.Array(
            min.isPresent() && max.isPresent()
                ? array.clip(min.get(), max.get())
                : clip(array, inputs))
      };
    };
  }

  /** A bound that is known before anything runs. */
  private static Optional<Float> bound(NodeContext context, int position, float otherwise) {
    return context.node().input(position).isEmpty()
        ? Optional.of(otherwise)
        : context
            .constant(position)
            .filter(bound -> bound.type() == ElementType.FLOAT)
            .map(Tensor::floats)
            .map(values -> values[0]);
  }

  private static NDArray clip(NDArray array, Inputs inputs) {
    NDArray raised = inputs.has(1) ? array.maximum(inputs.array(1)) : array;
    return inputs.has(2) ? raised.minimum(inputs.array(2)) : Kernel.view(raised);
  }

  private static Value.Integers clip(Inputs inputs) {
    Value.Integers min = inputs.has(1) ? inputs.integers(1) : Value.Integers.scalar(Long.MIN_VALUE);
    Value.Integers max = inputs.has(2) ? inputs.integers(2) : Value.Integers.scalar(Long.MAX_VALUE);
    return Broadcasting.combine(
        v -> Math.min(Math.max(v[0], v[1]), v[2]), inputs.integers(0), min, max);
  }
}
