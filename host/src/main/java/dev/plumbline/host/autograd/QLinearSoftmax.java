package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.task.Scalars;

/**
 * ONNX Runtime's softmax of a quantized array. Of the output's scale it takes the inverse and
 * leaves the fraction out.
 */
final class QLinearSoftmax implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean alongOneAxis = context.node().intAttribute("opset", 0) >= 13;
    int axis = Math.toIntExact(context.node().intAttribute("axis", alongOneAxis ? -1 : 1));
    double steps = Math.floor(1f / context.requireConstant(3, "scale of its output").floats()[0]);
    ElementType type = QLinearFunction.type(context, 4, 2);
    FakeQuantization input = FakeQuantization.single(context, 1, 2, type);
    FakeQuantization output = FakeQuantization.single(context, 3, 4, type);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = input.dequantize(inputs.array(0));
          NDArray share = alongOneAxis ? x.softmax(axis) : flat(x, axis);
          return output.saturate(Scalars.times(share, steps), inputs);
        });
  }

  /** Softmax over an axis and all behind it, as before opset 13. */
  private static NDArray flat(NDArray x, int axis) {
    Shape shape = x.getShape();
    int first = axis < 0 ? axis + shape.dimension() : axis;
    return x.reshape(shape.slice(0, first).size(), -1).softmax(1).reshape(shape);
  }
}
