package dev.plumbline.host.dataset;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Size of a tensor that is one input.
 *
 * @param dims without the batch; none for a single number
 */
public record TensorShape(List<Integer> dims) implements InputShape {
  private static final int MOST_ELEMENTS = 1 << 28;

  public TensorShape {
    dims = List.copyOf(dims);
    long elements = 1;
    for (int dim : dims) {
      elements = Math.min(2L * MOST_ELEMENTS, elements * Math.max(0, dim));
    }
    if (elements < 1 || elements > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "a tensor of " + dims + ", expected 1 to " + MOST_ELEMENTS + " numbers");
    }
  }

  @Override
  public int elements() {
    return dims.stream().reduce(1, Math::multiplyExact);
  }

  @Override
  public int bytes() {
    return Float.BYTES * elements();
  }

  @Override
  public TensorInput input(byte[] bytes) {
    return TensorInput.of(this, bytes);
  }

  @Override
  public String toString() {
    return dims.isEmpty()
        ? "one number"
        : dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
