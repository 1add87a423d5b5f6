package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import java.util.function.BinaryOperator;

/**
 * Operations of an array and a number through which gradients flow.
 *
 * <p>DJL makes the number an array whose memory is a buffer of Java's, and lets go of it at once;
 * libtorch keeps such a factor for the way back, where it finds whatever stands there after Java
 * collected the buffer. Here libtorch owns the number. Adding and subtracting keep nothing, so
 * DJL's own are right for them.
 */
public final class Scalars {
  private Scalars() {}

  public static NDArray times(NDArray array, Number number) {
    return with(array, number, NDArray::mul);
  }

  public static NDArray dividedBy(NDArray array, Number number) {
    return with(array, number, NDArray::div);
  }

  public static NDArray toThe(NDArray array, Number exponent) {
    return with(array, exponent, NDArray::pow);
  }

  public static NDArray atLeast(NDArray array, Number number) {
    return with(array, number, NDArray::maximum);
  }

  public static NDArray atMost(NDArray array, Number number) {
    return with(array, number, NDArray::minimum);
  }

  private static NDArray with(NDArray array, Number number, BinaryOperator<NDArray> operation) {
    try (NDArray buffer = array.getManager().create(number);
        NDArray owned = buffer.duplicate()) {
      return operation.apply(array, owned);
    }
  }
}
