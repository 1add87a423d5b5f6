package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Elementwise operators of one input that whole numbers know too.
 *
 * @param ofIntegers the operator in shape arithmetic
 * @param ofArrays the operator on arrays
 */
record Elementwise(LongUnaryOperator ofIntegers, UnaryOperator<NDArray> ofArrays)
    implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs ->
        new Value[] {
          inputs.value(0) instanceof Value.Integers integers
              ? new Value.Integers(
                  integers.dims().clone(),
                  Arrays.stream(integers.values()).map(ofIntegers).toArray())
              : new Value.Array(ofArrays.apply(inputs.array(0)))
        };
  }
}
