package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Elementwise operators of two inputs with broadcasting.
 *
 * @param ofIntegers the operator in shape arithmetic
 * @param ofArrays the operator on arrays
 */
record Arithmetic(LongBinaryOperator ofIntegers, BinaryOperator<NDArray> ofArrays)
    implements Operator {

  /** A relation of two whole numbers. */
  interface Relation {
    boolean holds(long a, long b);
  }

  /**
   * An operator whose result is 1 where a relation holds and 0 elsewhere.
   *
   * @param ofArrays makes an array of booleans
   */
  static Arithmetic relation(Relation ofIntegers, BinaryOperator<NDArray> ofArrays) {
    return new Arithmetic(
        (a, b) -> ofIntegers.holds(a, b) ? 1 : 0,
        (a, b) -> ofArrays.apply(a, b).toType(a.getDataType(), false));
  }

  @Override
  public Kernel compile(NodeContext context) {
    return inputs ->
        new Value[] {
          inputs.allIntegers()
              ? Broadcasting.combine(
                  v -> ofIntegers.applyAsLong(v[0], v[1]), inputs.integers(0), inputs.integers(1))
              : new Value.Array(ofArrays.apply(inputs.array(0), inputs.array(1)))
        };
  }
}
