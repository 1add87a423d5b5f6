package dev.plumbline.host.autograd;

/** The number of elements of an array, which stays in Java. */
final class SizeOf implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs -> {
      long[] dims = RowIndices.dims(inputs, 0);
      return new Value[] {Value.Integers.scalar(Movement.product(dims, 0, dims.length))};
    };
  }
}
