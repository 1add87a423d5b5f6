package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import java.util.Arrays;

/**
 * Parameters of a QuantizeLinear or DequantizeLinear node. One scale is ready at once; several need
 * the shape of the array that they go with, which is known when the node runs.
 */
final class QuantizationByShape {
  private final NodeContext context;
  private final ElementType type;
  private final int axis;
  private final boolean blocked;
  private final boolean single;
  private FakeQuantization ready;
  private long[] shape = {};

  QuantizationByShape(NodeContext context, ElementType type) {
    this.context = context;
    this.type = type;
    this.axis = Math.toIntExact(context.node().intAttribute("axis", 1));
    this.blocked = context.node().intAttribute("block_size", 0) != 0;
    this.single = context.requireConstant(1, "scale").size() == 1;
    if (single) {
      ready = FakeQuantization.of(context, shape, type);
    }
  }

  FakeQuantization of(NDArray array) {
    if (!single) {
      long[] dims = array.getShape().getShape();
      if (ready == null || !fits(dims)) {
        ready = FakeQuantization.of(context, dims, type);
        shape = dims;
      }
    }
    return ready;
  }

  /** Whether the parameters that are ready go with other dimensions, such as another batch. */
  private boolean fits(long[] dims) {
    if (blocked || dims.length != shape.length) {
      return Arrays.equals(dims, shape);
    }
    int at = axis < 0 ? axis + dims.length : axis;
    return dims[at] == shape[at];
  }
}
