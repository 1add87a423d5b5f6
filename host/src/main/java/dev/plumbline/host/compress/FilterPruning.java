package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Optional;

/**
 * A model that lost filters.
 *
 * @param model the smaller model
 * @param layers all convolutions of the model, in order
 * @param before what the model cost
 * @param after what the smaller model costs
 */
public record FilterPruning(
    OnnxModel model, List<Layer> layers, ModelCost before, ModelCost after) {
  /**
   * A convolution.
   *
   * @param name of its node
   * @param filters that it had
   * @param removed the filters that went, from 0, ascending
   * @param whole why all of its filters had to stay, if they had to
   */
  public record Layer(String name, int filters, List<Integer> removed, Optional<String> whole) {}

  /** Filters that the model had. */
  public int filters() {
    return layers.stream().mapToInt(Layer::filters).sum();
  }

  /** Filters that went. */
  public int removed() {
    return layers.stream().mapToInt(layer -> layer.removed().size()).sum();
  }
}
