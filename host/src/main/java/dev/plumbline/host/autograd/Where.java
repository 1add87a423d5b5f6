package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Elements of one array where a condition holds, of another elsewhere. */
final class Where implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    return inputs ->
        new Value[] {
          inputs.allIntegers()
              ? Broadcasting.combine(
                  v -> v[0] != 0 ? v[1] : v[2],
                  inputs.integers(0),
                  inputs.integers(1),
                  inputs.integers(2))
              : new Value.Array(select(inputs.array(0).neq(0), inputs.array(1), inputs.array(2)))
        };
  }

  /**
   * Selects with broadcasting.
   *
   * @param condition of booleans
   */
  static NDArray select(NDArray condition, NDArray yes, NDArray no) {
    Shape shape =
        new Shape(
            Broadcasting.dims(
                condition.getShape().getShape(),
                yes.getShape().getShape(),
                no.getShape().getShape()));
    return wide(yes, shape).getNDArrayInternal().where(wide(condition, shape), wide(no, shape));
  }

  private static NDArray wide(NDArray array, Shape shape) {
    return array.getShape().equals(shape) ? array : array.broadcast(shape);
  }
}
