package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import java.util.Optional;

/** Change of element type: among floating-point types, and in shape arithmetic. */
final class Cast implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int to = Math.toIntExact(context.node().intAttribute("to", 0));
    Optional<ElementType> type = ElementType.of(to);
    boolean toFloat = type.map(ElementType::isFloatingPoint).orElse(false);
    boolean toInteger =
        type.stream().anyMatch(t -> t == ElementType.INT64 || t == ElementType.INT32);
    if (!toFloat && !toInteger) {
      throw context.unsupported("it casts to " + type.map(Enum::name).orElse("type number " + to));
    }
    return inputs -> {
      if (toFloat) {
        NDArray array = inputs.array(0);
        return new Value[] {
          new Value.Array(inputs.value(0) instanceof Value.Array ? Kernel.view(array) : array)
        };
      }
      if (inputs.value(0) instanceof Value.Integers integers) {
        return Kernel.integers(integers.dims(), integers.values().clone());
      }
      throw context.unsupported("it casts an array to whole numbers");
    };
  }
}
