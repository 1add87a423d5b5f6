package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.plumbline.host.onnx.Tensor;
import java.util.Optional;

/** A border around an array; where it is below zero the array is cropped, which comes first. */
final class Pad implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    PadMode mode = mode(context);
    if (context.opset() < 11) {
      long[] pads =
          context
              .node()
              .intsAttribute("pads")
              .orElseThrow(() -> context.unsupported("it has no pads"));
      float value = context.node().floatAttribute("value", 0);
      return Kernel.elementwise(x -> extend(border(pads, null, x), mode, x, value));
    }
    Optional<Float> value =
        context.node().input(2).isEmpty()
            ? Optional.of(0f)
            : context.constant(2).map(Tensor::floats).filter(v -> v.length == 1).map(v -> v[0]);
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          long[] axes = inputs.has(3) ? inputs.integers(3).values() : null;
          Border border = border(inputs.integers(1).values(), axes, x);
          if (value.isPresent() || mode != null) {
            return extend(border, mode, x, value.orElse(0f));
          }
          // The value is computed, and may have a gradient.
          NDArray cropped = border.taken(x);
          NDArray inside = cropped.onesLike();
          NDArray outside = border.added(inside, 0).neg().add(1);
          return border.added(cropped, 0).add(outside.mul(inputs.array(2)));
        });
  }

  /** The mode, or null for a constant. */
  private static PadMode mode(NodeContext context) {
    String name = context.node().stringAttribute("mode", "constant");
    return switch (name) {
      case "constant" -> null;
      case "reflect" -> PadMode.REFLECT;
      case "edge" -> PadMode.EDGE;
      case "wrap" -> PadMode.WRAP;
      default ->
          throw context.unsupported(
              "its mode is " + name + ", expected constant, reflect, edge or wrap");
    };
  }

  private static Border border(long[] pads, long[] axes, NDArray x) {
    int dimensions = x.getShape().dimension();
    int named = axes == null ? dimensions : axes.length;
    if (pads.length != 2 * named) {
      throw new IllegalArgumentException(
          "it has " + pads.length + " pads for " + named + " axes, expected twice as many");
    }
    long[] begins = new long[dimensions];
    long[] ends = new long[dimensions];
    for (int i = 0; i < named; i++) {
      int axis = axes == null ? i : ReducedAxes.axis(axes[i], dimensions);
      begins[axis] = pads[i];
      ends[axis] = pads[i + named];
    }
    return new Border(begins, ends);
  }

  private static NDArray extend(Border border, PadMode mode, NDArray x, double value) {
    NDArray result = border.taken(x);
    if (mode == null) {
      result = border.added(result, value);
    } else {
      for (int axis = 0; axis < border.begins().length; axis++) {
        NDList parts = new NDList();
        if (border.begins()[axis] > 0) {
          mode.before(result, axis, border.begins()[axis], parts);
        }
        parts.add(result);
        if (border.ends()[axis] > 0) {
          mode.after(result, axis, border.ends()[axis], parts);
        }
        result = parts.size() == 1 ? result : NDArrays.concat(parts, axis);
      }
    }
    return result == x ? Kernel.view(x) : result;
  }
}
