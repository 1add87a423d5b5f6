package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.task.Scalars;
import java.util.stream.IntStream;

/** Normalisation over the axes from one on, with the mean and the inverse deviation on demand. */
final class LayerNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", -1));
    float epsilon = context.node().floatAttribute("epsilon", 1e-5f);
    boolean statistics = context.node().outputs().stream().skip(1).anyMatch(o -> !o.isEmpty());
    return inputs -> {
      NDArray x = inputs.array(0);
      NDArray scale = inputs.array(1);
      Shape normalized = x.getShape().slice(from(axis, x));
      if (!statistics && scale.getShape().equals(normalized)) {
        NDArray bias =
            inputs.has(2)
                ? inputs.array(2)
                : inputs.place(inputs.manager().zeros(normalized, x.getDataType()));
        if (bias.getShape().equals(normalized)) {
          return new Value[] {
            new Value.Array(
                x.getNDArrayInternal()
                    .layerNorm(x, normalized, scale, bias, epsilon)
                    .singletonOrThrow())
          };
        }
      }
      Moments moments = Moments.of(x, axes(axis, x));
      NDArray scaled = moments.standardized(epsilon).mul(scale);
      return new Value[] {
        new Value.Array(inputs.has(2) ? scaled.add(inputs.array(2)) : scaled),
        new Value.Array(moments.mean()),
        new Value.Array(Scalars.toThe(moments.deviation(epsilon), -1))
      };
    };
  }

  /** Division by the root of the mean square over the axes from one on. */
  static Kernel rootMeanSquare(NodeContext context) {
    int axis = Math.toIntExact(context.node().intAttribute("axis", -1));
    float epsilon = context.node().floatAttribute("epsilon", 1e-5f);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          NDArray square = Moments.mean(x.square(), axes(axis, x));
          return x.div(square.add(epsilon).sqrt()).mul(inputs.array(1));
        });
  }

  private static int from(int axis, NDArray x) {
    return ReducedAxes.axis(axis, x.getShape().dimension());
  }

  private static int[] axes(int axis, NDArray x) {
    return IntStream.range(from(axis, x), x.getShape().dimension()).toArray();
  }
}
