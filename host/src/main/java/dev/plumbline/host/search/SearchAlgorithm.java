package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.GraphRun;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What distinguishes one search from another: the loss that a step goes down. The loop around it is
 * {@link Search}'s.
 */
public interface SearchAlgorithm {
  /** Its name on the command line. */
  String id();

  /**
   * Prepares the loss for a pair of models.
   *
   * @throws BadInputException if the pair cannot be searched in this way
   */
  Objective objective(OnnxModel original, OnnxModel compressed, SearchSettings settings);

  /** Whether a seed stops early; another takes its place in the batch. */
  default boolean isDone(MutatedPicture latest) {
    return false;
  }

  /** A loss for one pair of models. */
  interface Objective {
    /** Values of the original's graph that the loss reads. */
    default Set<String> originalValues() {
      return Set.of();
    }

    /** Values of the compressed graph that the loss reads. */
    default Set<String> compressedValues() {
      return Set.of();
    }

    /**
     * The loss, summed over the batch, so that each picture's gradient is its own.
     *
     * @return a scalar
     */
    NDArray loss(Forward forward);
  }

  /**
   * One pass of a batch through both models.
   *
   * @param original logits N x classes, and the values asked for
   * @param compressed likewise
   * @param labels what the original predicts for the float input of this step, int64, N x 1
   * @param random a source for each picture, independent of the batch that it is in
   */
  record Forward(
      GraphRun original, GraphRun compressed, NDArray labels, List<SplittableRandom> random) {}
}
