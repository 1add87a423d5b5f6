package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;
import java.util.Arrays;

/**
 * Mean and variance of an array over some axes, which keep the size 1.
 *
 * @param mean mean
 * @param centred the array less its mean
 * @param variance of the population
 */
record Moments(NDArray mean, NDArray centred, NDArray variance) {
  static Moments of(NDArray x, int... axes) {
    NDArray mean = mean(x, axes);
    NDArray centred = x.sub(mean);
    return new Moments(mean, centred, mean(centred.square(), axes));
  }

  /** A mean over several axes, which is not in DJL's PyTorch engine; a sum is. */
  static NDArray mean(NDArray x, int... axes) {
    long count = Arrays.stream(axes).mapToLong(x.getShape()::get).reduce(1, Math::multiplyExact);
    return Scalars.dividedBy(x.sum(axes, true), count);
  }

  NDArray deviation(double epsilon) {
    return variance.add(epsilon).sqrt();
  }

  NDArray standardized(double epsilon) {
    return centred.div(deviation(epsilon));
  }
}
