package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import java.util.Arrays;

/** Quantized numbers to float, per tensor, per channel or per block. */
final class DequantizeLinear implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.constant(1).isEmpty()) {
      return computed(context);
    }
    // The type bounds what is quantized, and nothing is quantized here.
    QuantizationByShape parameters = new QuantizationByShape(context, ElementType.INT32);
    return Kernel.elementwise(q -> parameters.of(q).dequantize(q));
  }

  /** With the scale that a DynamicQuantizeLinear made. */
  private static Kernel computed(NodeContext context) {
    if (context.node().intAttribute("block_size", 0) != 0) {
      throw context.unsupported("its scale is computed and blocked, expected a constant");
    }
    int axis = Math.toIntExact(context.node().intAttribute("axis", 1));
    return Kernel.ofArray(
        inputs -> {
          NDArray q = inputs.array(0);
          NDArray centred = inputs.has(2) ? q.sub(along(inputs.array(2), q, axis)) : q;
          return centred.mul(along(inputs.array(1), q, axis));
        });
  }

  private static NDArray along(NDArray parameters, NDArray q, int axis) {
    if (parameters.size() == 1) {
      return parameters.reshape(new Shape());
    }
    int axes = q.getShape().dimension();
    if (parameters.getShape().dimension() == axes && axes > 1) {
      // One for each picture.
      return parameters;
    }
    long[] dims = new long[axes];
    Arrays.fill(dims, 1);
    dims[axis < 0 ? axis + axes : axis] = parameters.size();
    return parameters.reshape(new Shape(dims));
  }
}
