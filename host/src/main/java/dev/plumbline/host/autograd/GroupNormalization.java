package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Normalisation of each picture by itself, over groups of channels: InstanceNormalization, whose
 * groups are the channels, and GroupNormalization, whose scale and bias are per group up to opset
 * 20 and per channel from 21.
 */
final class GroupNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean instance = context.node().is("InstanceNormalization");
    float epsilon = context.node().floatAttribute("epsilon", 1e-5f);
    long groups = context.node().intAttribute("num_groups", 0);
    if (!instance && groups < 1) {
      throw context.unsupported("its num_groups is " + groups + ", expected above 0");
    }
    boolean perGroup = instance || context.opset() < 21;
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          Shape shape = x.getShape();
          long rows = instance ? shape.get(1) : groups;
          NDArray normal = Moments.of(x.reshape(shape.get(0), rows, -1), 2).standardized(epsilon);
          NDArray scaled = perGroup ? normal : normal.reshape(shape.get(0), shape.get(1), -1);
          return scaled
              .mul(inputs.array(1).reshape(-1, 1))
              .add(inputs.array(2).reshape(-1, 1))
              .reshape(shape);
        });
  }
}
