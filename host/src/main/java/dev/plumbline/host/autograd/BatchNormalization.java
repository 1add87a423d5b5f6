package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * Normalisation per channel: with the statistics that the model carries, or while training with
 * those of the batch, which then move the model's.
 */
final class BatchNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    boolean trains =
        context.opset() < 14
            ? context.node().outputs().stream().skip(1).anyMatch(o -> !o.isEmpty())
            : context.node().intAttribute("training_mode", 0) != 0;
    if (trains) {
      throw context.unsupported("it is in training mode");
    }
    float epsilon = context.node().floatAttribute("epsilon", 1e-5f);
    if (context.opset() < 9 && context.node().intAttribute("spatial", 1) == 0) {
      return perElement(context, epsilon);
    }
    return Kernel.ofArray(
        inputs -> {
          NDArray x = inputs.array(0);
          return x.getNDArrayInternal()
              .batchNorm(
                  x,
                  inputs.array(3),
                  inputs.array(4),
                  inputs.array(1),
                  inputs.array(2),
                  // DJL's way of saying that the channels are where PyTorch has them.
                  -1,
                  0.9f,
                  epsilon,
                  inputs.training())
              .singletonOrThrow();
        });
  }

  /** With statistics for each element of a picture, as opset 8 could still have it. */
  private static Kernel perElement(NodeContext context, float epsilon) {
    return Kernel.ofArray(
        inputs -> {
          if (inputs.training()) {
            throw context.unsupported("it is trained, expected statistics per channel for that");
          }
          NDArray deviation = inputs.array(4).add(epsilon).sqrt();
          return inputs
              .array(0)
              .sub(inputs.array(3))
              .div(deviation)
              .mul(inputs.array(1))
              .add(inputs.array(2));
        });
  }
}
