package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Elementwise operators of any number of inputs with broadcasting.
 *
 * @param ofIntegers joins two whole numbers
 * @param ofArrays joins two arrays
 * @param divided whether the result is divided by the number of inputs
 */
record Variadic(LongBinaryOperator ofIntegers, BinaryOperator<NDArray> ofArrays, boolean divided)
    implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      int count = inputs.count();
      if (inputs.allIntegers() && !divided) {
        return new Value[] {
          Broadcasting.combine(
              v -> LongStream.of(v).reduce(ofIntegers).orElseThrow(),
              IntStream.range(0, count).mapToObj(inputs::integers).toArray(Value.Integers[]::new))
        };
      }
      NDArray all = inputs.array(0);
      for (int i = 1; i < count; i++) {
        all = ofArrays.apply(all, inputs.array(i));
      }
      return new Value[] {
        new Value.Array(
            count == 1 ? Kernel.view(all) : divided ? Scalars.dividedBy(all, count) : all)
      };
    };
  }
}
