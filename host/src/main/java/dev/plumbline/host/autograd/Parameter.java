package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.Tensor;
import java.util.function.UnaryOperator;

/**
 * An initializer of a model that training changes.
 *
 * @param name of the initializer
 * @param master its floating-point values, which gradients go to; for a quantized initializer the
 *     numbers before rounding
 * @param fold turns trained values into the initializer's own type
 * @param decays whether weight decay applies: to weights, not to biases and normalisation
 */
public record Parameter(String name, NDArray master, UnaryOperator<Tensor> fold, boolean decays) {

  /** The trained values in the initializer's own type. */
  Tensor folded() {
    float[] values = master.toFloatArray();
    return fold.apply(Tensor.ofFloats(master.getShape().getShape(), values));
  }
}
