package dev.plumbline.host.verification;

import java.util.List;
import java.util.Optional;

/**
 * How well a differentiable graph stands for its model.
 *
 * @param layers in the order of computation; the logits are the last
 * @param pictures that ran through both
 * @param sameLabels of them, on which both give one label
 * @param deployed how the model as it is deployed compares with the graph
 */
public record Verification(
    List<LayerComparison> layers, int pictures, int sameLabels, Deployed deployed) {

  /**
   * The first layer whose values differ by more than they may, and by more than rounding explains.
   *
   * @param tolerance as a share of the largest magnitude of the layer
   */
  public Optional<LayerComparison> firstOutside(double tolerance) {
    return layers.stream().filter(l -> !l.isWithin(tolerance)).findFirst();
  }
}
