package dev.plumbline.host.train;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.List;

/**
 * Trains what was made from a model: a classifier on the labels of the pictures, a model of another
 * task on what its parent gives for them.
 *
 * @param parent that the trained model was made from
 * @param preprocessing of both
 */
public record FineTuner(OnnxModel parent, Preprocessing preprocessing) {
  /**
   * Trains the parameters of a graph.
   *
   * @param masks of weights that stay zero
   * @throws dev.plumbline.host.BadInputException as {@link Trainer#train}
   */
  public void train(
      DifferentiableGraph graph,
      WeightMasks masks,
      List<TrainingPart> parts,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    Task task = Tasks.of(parent);
    if (task instanceof Classification) {
      new Trainer(graph, preprocessing, masks).train(parts, settings, listener, progress);
      return;
    }
    try (DifferentiableGraph teacher = DifferentiableGraph.frozen(parent, graph.device())) {
      Trainer.distilling(graph, preprocessing, masks, teacher, DistillationLoss.distance(task))
          .train(parts, settings, listener, progress);
    }
  }
}
