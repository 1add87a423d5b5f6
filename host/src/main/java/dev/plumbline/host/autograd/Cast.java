package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.ElementType;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Change of element type. Floating-point arrays keep the precision of the graph, and round to half
 * precision on the way where the model does; whole numbers lose their fraction.
 */
final class Cast implements Operator {
  // A type that constants cannot be of, by its number in ONNX. DJL has no bfloat16.
  private static final int FLOAT16 = 10;

  @Override
  public Kernel compile(NodeContext context) {
    int to = Math.toIntExact(context.node().intAttribute("to", 0));
    if (to == FLOAT16) {
      return Kernel.ofArray(inputs -> rounded(inputs.array(0), inputs.differentiable()));
    }
    return ElementType.of(to)
        .map(Cast::to)
        .orElseThrow(
            () ->
                context.unsupported(
                    "it casts to type number "
                        + to
                        + ", expected bool, int8, uint8, int32, int64, float, double or float16"));
  }

  /** CastLike: to the type of the second input. */
  static Kernel like(NodeContext context) {
    Optional<ElementType> type = context.type(1);
    return to(
        type.orElseThrow(
            () -> context.unsupported("the type of its second input is not known beforehand")));
  }

  private static Kernel to(ElementType type) {
    LongUnaryOperator ofIntegers =
        switch (type) {
          case INT32 -> v -> (int) v;
          case INT8 -> v -> (byte) v;
          case UINT8 -> v -> v & 0xff;
          case BOOL -> v -> v == 0 ? 0 : 1;
          case FLOAT, DOUBLE, INT64 -> v -> v;
        };
    if (type.isFloatingPoint()) {
      return inputs -> {
        NDArray array = inputs.array(0);
        // Whole numbers have become a new array already.
        boolean fresh = inputs.value(0) instanceof Value.Integers;
        return new Value[] {new Value.Array(fresh ? array : Kernel.view(array))};
      };
    }
    return inputs ->
        new Value[] {
          inputs.value(0) instanceof Value.Integers integers
              ? Broadcasting.combine(v -> ofIntegers.applyAsLong(v[0]), integers)
              : new Value.Array(whole(inputs.array(0), type))
        };
  }

  private static NDArray whole(NDArray array, ElementType type) {
    return switch (type) {
      case BOOL -> array.neq(0).toType(array.getDataType(), false);
      case INT8 -> array.trunc().add(128).mod(256).sub(128);
      case UINT8 -> array.trunc().mod(256);
      default -> array.trunc();
    };
  }

  private static NDArray rounded(NDArray array, boolean differentiable) {
    NDArray rounded = array.toType(DataType.FLOAT16, true).toType(array.getDataType(), true);
    if (!differentiable) {
      return rounded;
    }
    // The gradient goes past the rounding, which would round it as well.
    NDArray difference =
        Where.select(array.isInfinite(), array.zerosLike(), rounded.sub(array)).stopGradient();
    return array.add(difference);
  }
}
