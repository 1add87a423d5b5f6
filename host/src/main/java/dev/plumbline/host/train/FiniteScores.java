package dev.plumbline.host.train;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;

/**
 * Tells a model that is not finite on some pictures, whatever it is trained with, from a training
 * that diverged.
 */
final class FiniteScores {
  private FiniteScores() {}

  /**
   * Runs a model as it was before training.
   *
   * @throws dev.plumbline.host.BadInputException if one of its scores is not finite
   */
  static void require(OnnxModel untrained, BatchSource.Batch batch) {
    try (RuntimeSession session = RuntimeSession.open(untrained, RuntimeProvider.cpu())) {
      session.logits(batch.input(), batch.dims());
    }
  }
}
