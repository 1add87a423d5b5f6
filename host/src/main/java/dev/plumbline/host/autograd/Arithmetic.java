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

  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      if (!inputs.allIntegers()) {
        return new Value[] {new Value.Array(ofArrays.apply(inputs.array(0), inputs.array(1)))};
      }
      Value.Integers a = inputs.integers(0);
      Value.Integers b = inputs.integers(1);
      int na = a.values().length;
      int nb = b.values().length;
      if (na != nb && na != 1 && nb != 1) {
        throw context.unsupported("it broadcasts whole numbers of " + na + " and " + nb);
      }
      Value.Integers larger = a.dims().length > b.dims().length || na > nb ? a : b;
      long[] result = new long[Math.max(na, nb)];
      for (int i = 0; i < result.length; i++) {
        result[i] =
            ofIntegers.applyAsLong(a.values()[na == 1 ? 0 : i], b.values()[nb == 1 ? 0 : i]);
      }
      return Kernel.integers(larger.dims(), result);
    };
  }
}
