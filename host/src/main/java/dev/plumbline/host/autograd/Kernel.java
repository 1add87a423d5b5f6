package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A node made ready to run: its attributes are read, its constants prepared. */
@FunctionalInterface
interface Kernel {
  /**
   * @return the node's outputs, in order; each a new object, never one of the inputs
   */
  Value[] run(Inputs inputs);

  /** The first output, which is an array. */
  default NDArray array(Inputs inputs) {
    return ((Value.Array) run(inputs)[0]).array();
  }

  /** A kernel with one output, an array. */
  static Kernel ofArray(Function<Inputs, NDArray> function) {
    return inputs -> new Value[] {new Value.Array(function.apply(inputs))};
  }

  /** A kernel of one array. */
  static Kernel elementwise(UnaryOperator<NDArray> function) {
    return ofArray(inputs -> function.apply(inputs.array(0)));
  }

  /** The same elements as a new object, with the gradient; DJL's {@code duplicate} cuts it. */
  static NDArray view(NDArray array) {
    return array.reshape(array.getShape());
  }

  /** A kernel with one output of shape arithmetic. */
  static Value[] integers(long[] dims, long[] values) {
    return new Value[] {new Value.Integers(dims, values)};
  }
}
