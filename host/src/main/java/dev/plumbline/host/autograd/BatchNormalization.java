package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/**
 * Normalisation per channel: with the statistics that the model carries, or while training with
 * those of the batch, which then move the model's.
 */
final class BatchNormalization implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    if (context.node().intAttribute("training_mode", 0) != 0) {
      throw context.unsupported("it is in training mode");
    }
    float epsilon = context.node().floatAttribute("epsilon", 1e-5f);
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
}
