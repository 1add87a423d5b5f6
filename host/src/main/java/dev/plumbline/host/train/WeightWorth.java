package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What each weight of a model is worth to its outputs: about how much the squared outputs change,
 * in the mean over pictures, when the weight alone becomes 0. That is the squared weight times the
 * mean square of the outputs' slopes by it, the diagonal of second order around a model that gives
 * its own outputs (LeCun, Denker, Solla, "Optimal Brain Damage", 1990). Slopes are summed over the
 * outputs with random signs, whose square has the sum of squares as its mean.
 */
public final class WeightWorth {
  /** Pictures that are run; more move the order of the weights little. */
  private static final int MOST_PICTURES = 1024;

  /** Pictures whose slopes are summed before they are squared. */
  private static final int BATCH = 16;

  private WeightWorth() {}

  /**
   * Measures.
   *
   * @param model a float model that can be trained
   * @param pictures of which the first {@value #MOST_PICTURES} are run
   * @return by name of the initializer, one number at least 0 for each weight
   * @throws BadInputException if there are no pictures, or some slope is not finite
   */
  public static Map<String, float[]> of(
      OnnxModel model,
      Preprocessing preprocessing,
      Dataset pictures,
      Accelerator accelerator,
      long randomSeed,
      Progress progress) {
    if (pictures.size() < 2) {
      throw new BadInputException(
          "the weights of model "
              + model.name()
              + " are weighed on "
              + pictures.size()
              + " pictures, expected at least 2");
    }
    Dataset some = Datasets.range(pictures, Range.of(0, Math.min(MOST_PICTURES, pictures.size())));
    MixedData data =
        new MixedData(List.of(new TrainingPart(some, Augmentation.NONE)), preprocessing, BATCH);
    SplittableRandom random = new SplittableRandom(randomSeed);
    try (DifferentiableGraph graph =
            DifferentiableGraph.trainable(model, accelerator.torchDevice());
        Progress.Step step = progress.begin("weighing weights", data.batches())) {
      List<Parameter> weights = graph.parameters().stream().filter(Parameter::decays).toList();
      Gradients gradients = new Gradients(graph.parameters());
      List<double[]> sums = new ArrayList<>();
      weights.forEach(weight -> sums.add(new double[Math.toIntExact(weight.master().size())]));
      for (int b = 0; b < data.batches(); b++) {
        gradients.clear();
        slopes(graph, data.batch(b, random), random);
        for (int w = 0; w < weights.size(); w++) {
          addSquares(weights.get(w), sums.get(w));
        }
        step.at(b + 1, "");
      }
      Map<String, float[]> worth = new HashMap<>();
      for (int w = 0; w < weights.size(); w++) {
        worth.put(weights.get(w).name(), worth(weights.get(w), sums.get(w), some.size()));
      }
      return worth;
    }
  }

  private static void slopes(
      DifferentiableGraph graph, BatchSource.Batch batch, SplittableRandom random) {
    NDManager owner = graph.parameters().get(0).master().getManager();
    try (NDManager manager = owner.newSubManager();
        NDScope scope = new NDScope();
        GradientTape tape = GradientTape.open()) {
      scope.suppressNotUsedWarning();
      NDArray input =
          DeviceArrays.on(graph.device(), manager.create(batch.input(), new Shape(batch.dims())));
      NDArray rows = graph.logits(input);
      float[] signs = new float[Math.toIntExact(rows.size())];
      for (int i = 0; i < signs.length; i++) {
        signs[i] = random.nextBoolean() ? 1 : -1;
      }
      tape.backward(
          rows.mul(DeviceArrays.beside(rows, manager.create(signs, rows.getShape()))).sum());
    }
  }

  private static void addSquares(Parameter weight, double[] sums) {
    try (NDArray gradient = weight.master().getGradient()) {
      float[] slopes = gradient.toFloatArray();
      for (int i = 0; i < slopes.length; i++) {
        sums[i] += (double) slopes[i] * slopes[i];
      }
    }
  }

  private static float[] worth(Parameter weight, double[] sums, int pictures) {
    float[] values = weight.master().toFloatArray();
    float[] worth = new float[values.length];
    for (int i = 0; i < worth.length; i++) {
      double squares = sums[i] / pictures * values[i] * values[i];
      if (!Double.isFinite(squares)) {
        throw new BadInputException(
            "the outputs change by "
                + squares
                + " with weight "
                + i
                + " of "
                + weight.name()
                + ", expected a finite number");
      }
      worth[i] = (float) squares;
    }
    return worth;
  }
}
