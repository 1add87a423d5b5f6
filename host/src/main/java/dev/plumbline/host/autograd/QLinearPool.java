package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.List;

/**
 * ONNX Runtime's mean pools of a quantized array, QLinearAveragePool and QLinearGlobalAveragePool,
 * with channels second or last.
 *
 * @param global which of the two
 */
record QLinearPool(boolean global) implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    ElementType type = QLinearFunction.type(context, 4, 2);
    boolean channelsLast = context.node().intAttribute("channels_last", 0) != 0;
    Kernel pool = global ? global(context, type) : windowed(context, type);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          int last = x.getShape().dimension() - 1;
          return channelsLast
              ? moved(pool.array(inputs.with(moved(x, last, 1))), 1, last)
              : pool.array(inputs.with(x));
        });
  }

  private static NDArray moved(NDArray x, int from, int to) {
    int axes = x.getShape().dimension();
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      order.add(axis);
    }
    order.add(to, order.remove(from));
    return x.transpose(order.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Kernel global(NodeContext context, ElementType type) {
    ZeroPoint zeroPoint = ZeroPoint.of(context, 2);
    float x = context.requireConstant(1, "scale of its input").floats()[0];
    float y = context.requireConstant(3, "scale of its output").floats()[0];
    FakeQuantization output = FakeQuantization.single(context, 3, 4, type);
    return Kernel.ofArray(
        inputs -> {
          NDArray centred = zeroPoint.subtractFrom(inputs.array(0), inputs, 0);
          Shape shape = centred.getShape();
          long size = shape.slice(2).size();
          NDArray sum = centred.reshape(shape.get(0), shape.get(1), size).sum(new int[] {2}, false);
          Shape pooled = new Shape(shape.get(0), shape.get(1));
          for (int axis = 2; axis < shape.dimension(); axis++) {
            pooled = pooled.add(1);
          }
          return output.saturate(Scalars.times(sum.reshape(pooled), x / (y * size)), inputs);
        });
  }

  private static Kernel windowed(NodeContext context, ElementType type) {
    FakeQuantization input = FakeQuantization.single(context, 1, 2, type);
    FakeQuantization output = FakeQuantization.single(context, 3, 4, type);
    float y = context.requireConstant(3, "scale of its output").floats()[0];
    Kernel pool =
        OperatorRegistry.DEFAULT.compile(
            context.as("AveragePool", 11, context.node().inputs().subList(0, 1)));
    return Kernel.ofArray(
        inputs -> {
          NDArray mean = pool.array(inputs.with(input.dequantize(inputs.array(0))));
          return output.offsetAndSaturate(Scalars.dividedBy(mean, y), inputs);
        });
  }
}
