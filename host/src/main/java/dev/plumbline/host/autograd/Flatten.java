package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Any array as a matrix: the axes before one, and the rest. */
final class Flatten implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", 1));
    return Kernel.elementwise(
        a -> {
          Shape shape = a.getShape();
          int at = axis < 0 ? axis + shape.dimension() : axis;
          return reshape(a, shape, at);
        });
  }

  private static NDArray reshape(NDArray a, Shape shape, int axis) {
    long rows = shape.slice(0, axis).size();
    return a.reshape(new Shape(rows, shape.size() / Math.max(1, rows)));
  }
}
