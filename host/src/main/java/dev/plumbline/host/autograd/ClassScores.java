package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.UnsupportedNodeException;

/**
 * Makes logits of what a graph computes for its classes. A graph is cut before a softmax at its
 * end: the logits differ from the logarithms of its probabilities by a number for each picture
 * alone, and a softmax that is sure has no gradient.
 */
final class ClassScores {
  private final OnnxModel model;

  ClassScores(OnnxModel model) {
    this.model = model;
  }

  /** Name of the value that logits are made of. */
  String value() {
    return model.logitsBeforeSoftmax().orElseGet(() -> model.graph().output().name());
  }

  /**
   * The logits.
   *
   * @param found the value, with dimensions of 1 beside those of pictures and classes
   * @param pictures that it is of
   * @return N x classes
   */
  NDArray logits(NDArray found, long pictures) {
    NDArray rows = found.getShape().dimension() == 2 ? found : rows(found, pictures);
    if (model.logitsBeforeSoftmax().isPresent() || !model.givesProbabilities()) {
      return rows;
    }
    return rows.maximum(Float.MIN_NORMAL).log().toType(DataType.FLOAT32, false);
  }

  private NDArray rows(NDArray found, long pictures) {
    long size = found.getShape().size();
    if (pictures < 1 || size % pictures != 0) {
      throw new UnsupportedNodeException(
          "the graph gives "
              + found.getShape()
              + " for "
              + pictures
              + " pictures, expected a row of logits for each");
    }
    return found.reshape(pictures, size / pictures);
  }
}
