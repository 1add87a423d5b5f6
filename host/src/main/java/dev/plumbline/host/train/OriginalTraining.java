package dev.plumbline.host.train;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.util.List;

/** Trains an original from scratch. */
public final class OriginalTraining {
  private OriginalTraining() {}

  /**
   * Trains.
   *
   * @param start a model that nobody has trained
   * @param rate the highest of the settings' schedule
   * @return the model, with the rate and the preprocessing in its metadata
   */
  public static OnnxModel train(
      OnnxModel start,
      Preprocessing preprocessing,
      TrainingPart pictures,
      TrainingSettings settings,
      double rate,
      Device device,
      Progress progress) {
    OnnxModel model;
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(start, device)) {
      new Trainer(graph, preprocessing, WeightMasks.none())
          .train(List.of(pictures), settings, EpochListener.NONE, progress);
      // Normalisation stays: pruning and fine-tuning work better with it, and ONNX Runtime folds
      // it.
      model = graph.export();
    }
    return PreprocessingMetadata.write(TrainingMetadata.withRate(model, rate), preprocessing);
  }
}
