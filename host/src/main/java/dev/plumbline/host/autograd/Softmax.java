package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Softmax, its logarithm or its limit along an axis; before opset 13 along all axes from one on.
 *
 * @param function which of them
 */
record Softmax(AlongAxis function) implements Operator {
  interface AlongAxis {
    NDArray apply(NDArray array, int axis);
  }

  @Override
  public Kernel compile(NodeContext context) {
    boolean flattens = context.opset() < 13;
    int axis = Math.toIntExact(context.node().intAttribute("axis", flattens ? 1 : -1));
    return Kernel.elementwise(a -> flattens ? flattened(a, axis) : function.apply(a, axis));
  }

  private NDArray flattened(NDArray a, int axis) {
    Shape shape = a.getShape();
    int at = axis < 0 ? axis + shape.dimension() : axis;
    Shape matrix = new Shape(shape.slice(0, at).size(), shape.slice(at).size());
    return function.apply(a.reshape(matrix), 1).reshape(shape);
  }

  /** Hardmax: 1 at the first of the largest elements, 0 elsewhere. */
  static NDArray hardmax(NDArray array, int axis) {
    int last = array.getShape().dimension() - 1;
    int at = axis < 0 ? axis + last + 1 : axis;
    NDArray largest = array.swapAxes(at, last).argMax(last);
    int depth = Math.toIntExact(array.getShape().get(at));
    return largest.oneHot(depth, array.getDataType()).swapAxes(at, last);
  }
}
