package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The zero point of one input of an operator on integers: left out, constant or computed.
 *
 * @param position of the zero point among the inputs
 * @param constant its values; null where they are computed
 * @param none whether nothing is to be subtracted
 */
record ZeroPoint(int position, NDArray constant, boolean none) {

  static ZeroPoint of(NodeContext context, int position) {
    if (context.node().input(position).isEmpty()) {
      return new ZeroPoint(position, null, true);
    }
    Optional<Tensor> tensor = context.constant(position);
    if (tensor.isEmpty()) {
      return new ZeroPoint(position, null, false);
    }
    float[] values = tensor.get().floats();
    boolean zero = true;
    for (float value : values) {
      zero &= value == 0;
    }
    return new ZeroPoint(position, zero ? null : context.array(values, tensor.get().dims()), zero);
  }

  /**
   * Takes the zero point off.
   *
   * @param behind how many axes of {@code q} come after the one that a list of zero points goes
   *     along
   */
  NDArray subtractFrom(NDArray q, Inputs inputs, int behind) {
    if (none) {
      return q;
    }
    return q.sub(along(constant == null ? inputs.array(position) : constant, behind));
  }

  /** A list with axes of size 1 behind it; one value alone and what has more axes as it is. */
  static NDArray along(NDArray parameters, int behind) {
    if (parameters.size() == 1) {
      return parameters.reshape(new Shape());
    }
    if (parameters.getShape().dimension() != 1 || behind == 0) {
      return parameters;
    }
    long[] dims = new long[behind + 1];
    Arrays.fill(dims, 1);
    dims[0] = parameters.size();
    return parameters.reshape(new Shape(dims));
  }
}
