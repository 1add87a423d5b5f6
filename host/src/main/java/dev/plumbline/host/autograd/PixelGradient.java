package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.task.Scalars;
import java.util.function.UnaryOperator;

/**
 * How a number of each picture rises with the picture's pixels.
 *
 * @param values the numbers, N x 1
 * @param ofInput gradient of their sum with respect to the model's input, so that each picture's is
 *     its own; in the model's layout
 * @param arrays of the model's preprocessing
 */
public record PixelGradient(NDArray values, NDArray ofInput, ArrayPreprocessing arrays) {
  /**
   * One pass forward and backward.
   *
   * @param graph frozen
   * @param pixels 0 to 255 of any type, N x C x H x W
   * @param value makes a number of each row of logits, N x classes to N x 1
   */
  public static PixelGradient of(
      DifferentiableGraph graph,
      ArrayPreprocessing arrays,
      NDArray pixels,
      UnaryOperator<NDArray> value) {
    try (GradientTape tape = GradientTape.open()) {
      NDArray leaf = arrays.toInput(pixels).duplicate();
      leaf.setRequiresGradient(true);
      NDArray values = value.apply(graph.logits(leaf));
      tape.backward(values.sum());
      return new PixelGradient(values.stopGradient(), leaf.getGradient(), arrays);
    }
  }

  /** By how much the numbers rise with each pixel's value, N x bytes of a picture. */
  public NDArray slopes() {
    return slopes(ofInput, arrays);
  }

  /**
   * As {@link #slopes()}, of a gradient that was taken elsewhere.
   *
   * @param ofInput in the model's layout
   */
  public static NDArray slopes(NDArray ofInput, ArrayPreprocessing arrays) {
    NDArray ofScaled = arrays.isOfTensors() ? ofInput : ofInput.div(arrays.std());
    return Scalars.dividedBy(
        PixelSteps.flat(arrays.toPictureOrder(ofScaled)), arrays.pixelsPerUnit());
  }

  /**
   * 1 for each pixel with which the number rises, -1 where it falls, else 0; N x bytes. Normalising
   * divides by positive numbers, which keeps signs but may lose the smallest gradients.
   */
  public NDArray signs() {
    return PixelSteps.flat(arrays.toPictureOrder(ofInput.sign()));
  }
}
