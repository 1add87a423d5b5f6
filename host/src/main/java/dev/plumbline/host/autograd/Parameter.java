package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Tensor;
import java.util.Optional;

/**
 * What training changes: an initializer of a model, or a scale that several of them hold.
 *
 * @param name of the initializer
 * @param master its floating-point values, which gradients go to; for a quantized initializer the
 *     numbers before rounding
 * @param folding turns trained values into the initializer's own type
 * @param decays whether weight decay applies: to weights, not to biases, scales and normalisation
 * @param unit how far a value has to go to make a difference, of a shape that spreads over the
 *     master's: the step of quantized weights; none where nothing says so
 */
public record Parameter(
    String name, NDArray master, Folding folding, boolean decays, Optional<NDArray> unit) {

  /** From trained values to what a model holds. */
  @FunctionalInterface
  public interface Folding {
    /**
     * @param values of the master
     * @param graph whose scales are those of the trained model
     */
    Tensor fold(Tensor values, Graph graph);
  }

  /** A parameter of a model that is not quantized. */
  public Parameter(String name, NDArray master, Folding folding, boolean decays) {
    this(name, master, folding, decays, Optional.empty());
  }

  /**
   * The trained values in the initializer's own type.
   *
   * @param graph whose scales are those of the trained model
   */
  Tensor folded(Graph graph) {
    float[] values = master.toFloatArray();
    return folding.fold(Tensor.ofFloats(master.getShape().getShape(), values), graph);
  }
}
