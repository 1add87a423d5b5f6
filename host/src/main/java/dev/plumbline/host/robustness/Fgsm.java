package dev.plumbline.host.robustness;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GraphBatch;
import dev.plumbline.host.autograd.PixelGradient;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.DecisionBatch;
import dev.plumbline.host.task.Scalars;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.List;

/**
 * The fast gradient sign method: Goodfellow, Shlens, Szegedy, "Explaining and Harnessing
 * Adversarial Examples", ICLR 2015. Every pixel goes one step of epsilon in the direction in which
 * the cross-entropy grows.
 */
public final class Fgsm {
  private Fgsm() {}

  /**
   * Attacks pictures.
   *
   * @param graph frozen; for a quantized model its proxy
   * @param preprocessing of the model
   * @param pictures to attack
   * @param truth what the attack leads away from, a decision for each picture
   * @param epsilon the change of a pixel, 1 to 255, in units of 1/255
   * @param batch pictures at a time at most, at least 1; fewer where memory has no room for them
   * @return 8-bit pictures in the order of {@code pictures}; a pixel changes by {@code epsilon},
   *     less where it would leave 0..255, and not at all where the gradient is 0
   * @throws BadInputException if epsilon is out of its range, a label is none of the model's, or
   *     the pictures do not fit the model
   */
  public static List<Picture> attack(
      DifferentiableGraph graph,
      Preprocessing preprocessing,
      Dataset pictures,
      List<Decision> truth,
      int epsilon,
      int batch,
      Progress progress) {
    if (epsilon < 1 || epsilon > 255) {
      throw new BadInputException("epsilon is " + epsilon + ", expected 1 to 255 (in 1/255)");
    }
    if (!graph.parameters().isEmpty() || batch < 1 || truth.size() != pictures.size()) {
      throw new IllegalArgumentException(
          "an attack takes a frozen graph, a batch of at least 1 and a decision for each picture");
    }
    ModelContract.of(graph.model()).requirePictures(pictures.shape(), preprocessing);
    List<Picture> all = new ArrayList<>();
    try (NDManager manager = DeviceArrays.owner();
        Progress.Step step =
            progress.begin(
                "attacking " + graph.model().fileName() + ", epsilon " + epsilon, truth.size())) {
      ArrayPreprocessing arrays = new ArrayPreprocessing(manager, graph.device(), preprocessing);
      int together =
          truth.size() == 0
              ? batch
              : new GraphBatch(graph, arrays, pictures.picture(0))
                  .withGradient("the attack", batch);
      for (int from = 0; from < truth.size(); from += together) {
        int to = Math.min(truth.size(), from + together);
        List<Picture> portion = new ArrayList<>();
        for (int i = from; i < to; i++) {
          portion.add(pictures.picture(i));
        }
        try (NDManager scope = manager.newSubManager()) {
          NDArray attacked =
              attack(graph, arrays, scope, portion, truth.subList(from, to), epsilon);
          all.addAll(ArrayPreprocessing.download(attacked));
        }
        step.at(to, "");
      }
    }
    return all;
  }

  private static NDArray attack(
      DifferentiableGraph graph,
      ArrayPreprocessing arrays,
      NDManager scope,
      List<Picture> pictures,
      List<Decision> truth,
      int epsilon) {
    Task task = Tasks.of(graph.model());
    DecisionBatch decisions = task.batch(truth, scope, arrays::place);
    NDArray pixels = arrays.upload(scope, pictures).toType(DataType.FLOAT32, false);
    PixelGradient gradient =
        PixelGradient.of(
            graph,
            arrays,
            pixels,
            logits -> {
              task.requirePossible(truth, logits.getShape().get(1), graph.model().name());
              return decisions.logLikelihood(logits).neg();
            });
    NDArray change =
        PixelSteps.around(pixels, epsilon / 255.0).within(Scalars.times(gradient.signs(), epsilon));
    return pixels.add(change.reshape(pixels.getShape()));
  }
}
