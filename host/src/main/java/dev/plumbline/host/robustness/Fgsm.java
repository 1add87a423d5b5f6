package dev.plumbline.host.robustness;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.GraphBatch;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import java.util.ArrayList;
import java.util.Arrays;
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
   * @param labels what the attack leads away from, one per picture
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
      int[] labels,
      int epsilon,
      int batch,
      Progress progress) {
    if (epsilon < 1 || epsilon > 255) {
      throw new BadInputException("epsilon is " + epsilon + ", expected 1 to 255 (in 1/255)");
    }
    if (!graph.parameters().isEmpty() || batch < 1 || labels.length != pictures.size()) {
      throw new IllegalArgumentException(
          "an attack takes a frozen graph, a batch of at least 1 and a label for each picture");
    }
    ModelContract.of(graph.model()).requirePictures(pictures.shape(), preprocessing);
    List<Picture> attacked = new ArrayList<>();
    try (NDManager manager = DeviceArrays.owner();
        Progress.Step step =
            progress.begin(
                "attacking " + graph.model().fileName() + ", epsilon " + epsilon, labels.length)) {
      ArrayPreprocessing arrays = new ArrayPreprocessing(manager, graph.device(), preprocessing);
      int together =
          labels.length == 0
              ? batch
              : new GraphBatch(graph, arrays, pictures.picture(0))
                  .withGradient("the attack", batch);
      for (int from = 0; from < labels.length; from += together) {
        int to = Math.min(labels.length, from + together);
        List<Picture> portion = new ArrayList<>();
        for (int i = from; i < to; i++) {
          portion.add(pictures.picture(i));
        }
        try (NDManager scope = manager.newSubManager()) {
          NDArray pixels = arrays.upload(scope, portion);
          NDArray direction =
              direction(graph, arrays, pixels, Arrays.copyOfRange(labels, from, to));
          attacked.addAll(
              ArrayPreprocessing.download(
                  direction.mul(epsilon).add(pixels.toType(DataType.FLOAT32, false)).clip(0, 255)));
        }
        step.at(to, "");
      }
    }
    return attacked;
  }

  /** Sign of the gradient by pixel; normalising divides by positive numbers and keeps it. */
  private static NDArray direction(
      DifferentiableGraph graph, ArrayPreprocessing arrays, NDArray pixels, int[] labels) {
    NDArray input = arrays.toInput(pixels);
    try (GradientTape tape = GradientTape.open()) {
      input.setRequiresGradient(true);
      NDArray logits = graph.logits(input);
      long classes = logits.getShape().get(1);
      long[] rows = Arrays.stream(labels).asLongStream().toArray();
      for (long label : rows) {
        if (label < 0 || label >= classes) {
          throw new BadInputException(
              "a label is "
                  + label
                  + ", expected 0 to "
                  + (classes - 1)
                  + " as model "
                  + graph.model().name()
                  + " has "
                  + classes
                  + " classes");
        }
      }
      NDArray index = arrays.place(logits.getManager().create(rows)).expandDims(1);
      // Summed, so that each picture's gradient is its own.
      tape.backward(logits.logSoftmax(1).gather(index, 1).sum().neg());
      return arrays.toPictureOrder(input.getGradient().sign());
    }
  }
}
