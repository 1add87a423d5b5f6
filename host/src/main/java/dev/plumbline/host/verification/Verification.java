package dev.plumbline.host.verification;

import java.util.List;
import java.util.Optional;

/**
 * How well a differentiable graph stands for its model.
 *
 * @param layers in the order of computation; the logits are the last
 * @param pictures that ran through both
 * @param sameLabels of them, on which both give one label
 */
public record Verification(List<LayerComparison> layers, int pictures, int sameLabels) {

  /**
   * The first layer whose values differ by more than they may.
   *
   * @param tolerance as a share of the largest magnitude of the layer
   */
  public Optional<LayerComparison> firstOutside(double tolerance) {
    return layers.stream().filter(l -> !(l.relativeDifference() <= tolerance)).findFirst();
  }
}
