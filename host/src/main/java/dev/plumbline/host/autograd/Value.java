package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** What flows along an edge of a running graph. */
sealed interface Value {

  /**
   * Numbers that gradients may flow through. A quantized tensor is one too: its floating-point
   * elements are whole.
   */
  record Array(NDArray array) implements Value {}

  /**
   * Whole numbers of shape arithmetic. They stay in Java, so that a shape never waits for the
   * device.
   *
   * @param dims row-major, none for a scalar
   */
  record Integers(long[] dims, long[] values) implements Value {
    static Integers scalar(long value) {
      return new Integers(new long[0], new long[] {value});
    }

    static Integers vector(long... values) {
      return new Integers(new long[] {values.length}, values);
    }
  }
}
