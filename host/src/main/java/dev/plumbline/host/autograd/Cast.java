package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.ElementType;

/**
 * Change of element type. Floating-point arrays keep the precision of the graph, and round to half
 * precision on the way where the model does; whole numbers lose their fraction.
 */
final class Cast implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return to(context, Math.toIntExact(context.node().intAttribute("to", 0))).compile(context);
  }

  /** CastLike: to the type of the second input. */
  static Kernel like(NodeContext context) {
    ElementType type =
        context
            .type(1)
            .orElseThrow(
                () -> context.unsupported("the type of its second input is not known beforehand"));
    return to(context, type.onnxNumber()).compile(context);
  }

  /** A cast to a type by its number in ONNX. */
  private static Operator to(NodeContext context, int type) {
    return switch (type) {
      case 1, 11 -> of -> Cast::toFloat; // float, double
      case 10 -> // float16
          of -> Kernel.ofArray(inputs -> toHalf(inputs.array(0), inputs.differentiable()));
      case 2 -> new Elementwise(v -> v & 0xff, a -> wrapped(a, 0, 0x100)); // uint8
      case 3 -> new Elementwise(v -> (byte) v, a -> wrapped(a, 0x80, 0x100)); // int8
      case 4 -> new Elementwise(v -> v & 0xffff, a -> wrapped(a, 0, 0x10000)); // uint16
      case 5 -> new Elementwise(v -> (short) v, a -> wrapped(a, 0x8000, 0x10000)); // int16
      case 6 -> new Elementwise(v -> (int) v, NDArray::trunc); // int32
      case 12 -> new Elementwise(v -> v & 0xffffffffL, a -> wrapped(a, 0, 0x1p32f)); // uint32
      case 7 -> new Elementwise(v -> v, NDArray::trunc); // int64
      case 13 -> new Elementwise(Cast::unsigned, a -> wrapped(a, 0, 0x1p64f)); // uint64
      case 9 -> // bool
          new Elementwise(v -> v == 0 ? 0 : 1, a -> a.neq(0).toType(a.getDataType(), false));
      default ->
          throw context.unsupported(
              "it casts to type number "
                  + type
                  + ", expected bool, an integer of 8 to 64 bits, float, double or float16");
    };
  }

  private static Value[] toFloat(Inputs inputs) {
    NDArray array = inputs.array(0);
    // Whole numbers have become a new array already.
    boolean fresh = inputs.value(0) instanceof Value.Integers;
    return new Value[] {new Value.Array(fresh ? array : Kernel.view(array))};
  }

  private static long unsigned(long value) {
    if (value < 0) {
      throw new ArithmeticException("it casts " + value + " to uint64, expected at least 0");
    }
    return value;
  }

  /** Whole numbers of a narrow type, from the lowest on again after the highest. */
  private static NDArray wrapped(NDArray array, int below, Number count) {
    return array.trunc().add(below).mod(count).sub(below);
  }

  private static NDArray toHalf(NDArray array, boolean differentiable) {
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
