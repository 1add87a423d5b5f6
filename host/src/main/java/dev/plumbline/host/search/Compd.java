package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Feedback-driven differential testing: algorithm 1 of Li, Pang, Xiao, Liu, Wang, "Detecting and
 * Repairing Deviated Outputs of Compressed Models" (COMPD). The loss is the negative difference of
 * both models' support for the original's decision: of their logits at its label.
 */
final class Compd implements SearchAlgorithm {
  @Override
  public String id() {
    return "compd";
  }

  @Override
  public boolean clipsSteps() {
    return true;
  }

  @Override
  public Set<InputKind> moves() {
    return EnumSet.of(InputKind.PICTURES, InputKind.TENSORS);
  }

  @Override
  public Objective movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return Compd::loss;
  }

  static NDArray loss(Forward forward) {
    NDArray original = forward.now().support(forward.original().logits());
    NDArray compressed = forward.now().support(forward.compressed().logits());
    return original.sub(compressed).sum().neg();
  }
}
