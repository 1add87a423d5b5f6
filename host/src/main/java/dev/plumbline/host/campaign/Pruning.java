package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.FilterPruner;
import dev.plumbline.host.compress.FilterPruning;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.List;

/**
 * Prunes a float model, fine-tunes the rest, and compares the two in ONNX Runtime.
 *
 * @param preprocessing of the model, which the pruned one's metadata tell
 * @param accelerator where the pruned model is fine-tuned
 * @param provider runs both to compare them
 */
public record Pruning(
    OnnxModel model,
    Preprocessing preprocessing,
    Accelerator accelerator,
    RuntimeProvider provider,
    Progress progress) {

  /**
   * A pruned model after fine-tuning.
   *
   * @param agreement with the model that it was made from, on the pictures it was tuned with
   */
  public record Pruned(OnnxModel model, Agreement agreement) {
    /** Share of the weights that are zero, 0 to 1. */
    public double sparsity() {
      return Pruner.sparsity(model);
    }
  }

  /**
   * A model without some of its filters.
   *
   * @param pruning which went, before fine-tuning
   */
  public record Smaller(FilterPruning pruning, Pruned pruned) {}

  /**
   * Sets the smallest weights to zero.
   *
   * @param share of the weights
   */
  public Pruned weights(double share, Dataset pictures, TrainingSettings settings) {
    return fineTuned(Pruner.prune(model, share), pictures, settings);
  }

  /**
   * Removes whole filters.
   *
   * @param share of each layer's filters
   */
  public Smaller filters(double share, Dataset pictures, TrainingSettings settings) {
    ModelContract.of(model).requireInputs(pictures, preprocessing);
    long[] dims =
        ModelContract.inputDims(Math.max(1, model.batch()), pictures.inputShape(), preprocessing);
    FilterPruning pruning = FilterPruner.prune(model, share, dims);
    return new Smaller(pruning, fineTuned(pruning.model(), pictures, settings));
  }

  private Pruned fineTuned(OnnxModel start, Dataset pictures, TrainingSettings settings) {
    OnnxModel tuned =
        Pruner.fineTune(
            model,
            start,
            preprocessing,
            List.of(new TrainingPart(pictures, Augmentation.usual(pictures.inputShape()))),
            settings,
            accelerator,
            EpochListener.NONE,
            progress);
    OnnxModel pruned = PreprocessingMetadata.write(tuned, preprocessing);
    return new Pruned(
        pruned, Agreement.of(model, pruned, preprocessing, pictures, provider, progress));
  }
}
