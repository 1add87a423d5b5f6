package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.OnnxModel;

/**
 * Feedback-driven differential testing: algorithm 1 of Li, Pang, Xiao, Liu, Wang, "Detecting and
 * Repairing Deviated Outputs of Compressed Models" (COMPD). The loss is the negative difference of
 * both models' logits at the original's label.
 */
final class Compd implements SearchAlgorithm {
  @Override
  public String id() {
    return "compd";
  }

  @Override
  public Objective objective(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return Compd::loss;
  }

  static NDArray loss(Forward forward) {
    NDArray original = forward.original().logits().gather(forward.labels(), 1);
    NDArray compressed = forward.compressed().logits().gather(forward.labels(), 1);
    return original.sub(compressed).sum().neg();
  }
}
