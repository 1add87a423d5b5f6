package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.ScoreKind;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import dev.plumbline.host.task.Scalars;
import java.util.List;

/**
 * Makes logits of what a graph computes for its classes. A graph is cut before a softmax at its
 * end: the logits differ from the logarithms of its probabilities by a number for each picture
 * alone, and a softmax that is sure has no gradient.
 */
final class ClassScores implements OutputRows {
  private final OnnxModel model;

  ClassScores(OnnxModel model) {
    this.model = model;
  }

  /** The value that logits are made of. */
  @Override
  public List<String> values() {
    return List.of(model.logitsBeforeSoftmax().orElseGet(() -> model.graph().output().name()));
  }

  /**
   * The logits.
   *
   * @param found one value, with dimensions of 1 beside those of pictures and classes
   * @return N x classes
   */
  @Override
  public NDArray rows(List<NDArray> found, long pictures) {
    return logits(found.get(0), pictures);
  }

  private NDArray logits(NDArray found, long pictures) {
    NDArray rows = found.getShape().dimension() == 2 ? found : rows(found, pictures);
    boolean cut = model.logitsBeforeSoftmax().isPresent();
    return switch (model.scores()) {
      case LOGITS, INDEPENDENT -> rows;
      case PROBABILITIES -> cut ? withoutMask(rows) : log(rows);
      case ONE_LOGIT -> besideZero(rows);
      case ONE_PROBABILITY -> besideZero(cut ? rows : log(rows).sub(log(rows.neg().add(1))));
    };
  }

  private static NDArray log(NDArray probabilities) {
    return Scalars.atLeast(probabilities, ScoreKind.LEAST_PROBABILITY)
        .log()
        .toType(DataType.FLOAT32, false);
  }

  /** Two classes, of which the first has the logit 0: their softmax is the sigmoid of the other. */
  private static NDArray besideZero(NDArray rows) {
    if (rows.getShape().get(1) != 1) {
      throw new UnsupportedNodeException(
          "the graph gives " + rows.getShape() + ", expected one number for each picture");
    }
    return rows.zerosLike().concat(rows, 1);
  }

  /** What a softmax makes 0 of is as far below the others as the least probability that is read. */
  private static NDArray withoutMask(NDArray rows) {
    NDArray values = rows.stopGradient();
    NDArray largest = values.max(new int[] {1}, true);
    NDArray sum = values.sub(largest).exp().sum(new int[] {1}, true).log().add(largest);
    NDArray least = sum.add((float) Math.log(ScoreKind.LEAST_PROBABILITY));
    return Where.select(values.eq(Float.NEGATIVE_INFINITY), least, rows);
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
