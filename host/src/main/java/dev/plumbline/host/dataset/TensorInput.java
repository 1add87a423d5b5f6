package dev.plumbline.host.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An input as the numbers that a model gets, in the order of its own input.
 *
 * @param shape without the batch
 * @param values row-major, finite; whole where the model takes integers. Not to be changed
 */
public record TensorInput(TensorShape shape, float[] values) implements Input {
  public TensorInput {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " numbers for a tensor of " + shape);
    }
  }

  /** The numbers as float32, little endian. */
  @Override
  public byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(shape.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** The tensor whose {@link #bytes} these are. */
  public static TensorInput of(TensorShape shape, byte[] bytes) {
    float[] values = new float[shape.elements()];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new TensorInput(shape, values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInput that
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "TensorInput[" + shape + "]";
  }
}
