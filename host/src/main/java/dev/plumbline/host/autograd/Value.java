package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

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
    /** More than any model reckons shapes with; a broken one may ask for all the memory. */
    private static final double MOST = 1 << 24;

    /**
     * How many elements an array of whole numbers, or one that is filled by the host, has.
     *
     * @throws IllegalArgumentException if there are too many, or a dimension is negative
     */
    static int count(long... dims) {
      double count = 1;
      for (long dim : dims) {
        count = dim < 0 ? Double.POSITIVE_INFINITY : count * dim;
      }
      if (count > MOST) {
        throw new IllegalArgumentException(
            "it asks for numbers of dimensions "
                + Arrays.toString(dims)
                + ", expected at most "
                + (int) MOST
                + " in all");
      }
      return (int) count;
    }

    static Integers scalar(long value) {
      return new Integers(new long[0], new long[] {value});
    }

    static Integers vector(long... values) {
      return new Integers(new long[] {values.length}, values);
    }
  }
}
