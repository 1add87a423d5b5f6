package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Resizes arrays axis by axis: the nearest element by its index, others by a matrix of weights.
 * What an axis needs is made once per size and kept.
 */
final class Resampling {
  private final NodeContext context;
  private final Interpolation interpolation;
  private final Map<ResizedAxis, NDArray> kept = new HashMap<>();

  Resampling(NodeContext context, Interpolation interpolation) {
    this.context = context;
    this.interpolation = interpolation;
  }

  /**
   * @param axes one per dimension
   */
  NDArray resize(NDArray array, ResizedAxis[] axes) {
    NDArray result = Kernel.view(array);
    for (int i = 0; i < axes.length; i++) {
      if (!axes[i].unchanged()) {
        result =
            interpolation.mode() == Interpolation.Mode.NEAREST
                ? nearest(result, i, axes[i])
                : weighed(result, i, axes[i]);
      }
    }
    return result;
  }

  private NDArray nearest(NDArray array, int at, ResizedAxis axis) {
    int[] indices = interpolation.nearest(axis);
    long[] dims = array.getShape().getShape();
    if (repeats(indices, axis)) {
      // A gradient that is a sum over an axis is far cheaper than one that is scattered.
      long outer = Movement.product(dims, 0, at);
      long inner = Movement.product(dims, at + 1, dims.length);
      long times = axis.out() / axis.in();
      dims[at] = axis.out();
      return array
          .reshape(new Shape(outer, axis.in(), 1, inner))
          .broadcast(outer, axis.in(), times, inner)
          .reshape(new Shape(dims));
    }
    NDArray device = kept.get(axis);
    if (device == null) {
      device =
          context.keep(
              context.place(
                  context.manager().create(Arrays.stream(indices).asLongStream().toArray())));
      kept.put(axis, device);
    }
    return Movement.select(array, at, device);
  }

  private static boolean repeats(int[] indices, ResizedAxis axis) {
    if (axis.out() % axis.in() != 0) {
      return false;
    }
    int times = axis.out() / axis.in();
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] != i / times) {
        return false;
      }
    }
    return true;
  }

  private NDArray weighed(NDArray array, int at, ResizedAxis axis) {
    NDArray weights = kept.get(axis);
    if (weights == null) {
      weights = context.array(interpolation.weights(axis), axis.in(), axis.out());
      kept.put(axis, weights);
    }
    long[] dims = array.getShape().getShape();
    int last = dims.length - 1;
    if (at == last) {
      return array.matMul(weights);
    }
    long outer = Movement.product(dims, 0, at);
    long inner = Movement.product(dims, at + 1, dims.length);
    dims[at] = axis.out();
    return array
        .reshape(new Shape(outer, axis.in(), inner))
        .transpose(0, 2, 1)
        .matMul(weights)
        .transpose(0, 2, 1)
        .reshape(new Shape(dims));
  }
}
