package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.ArrayList;
import java.util.List;

/** A model in ONNX Runtime that is given pictures. One thread at a time. */
public final class PictureClassifier implements AutoCloseable {
  /** Pictures that run at once. */
  public static final int BATCH = 64;

  private final RuntimeSession session;
  private final Preprocessing preprocessing;

  private PictureClassifier(RuntimeSession session, Preprocessing preprocessing) {
    this.session = session;
    this.preprocessing = preprocessing;
  }

  /** Loads a model; closing the classifier closes the session. */
  public static PictureClassifier open(
      OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider) {
    return new PictureClassifier(RuntimeSession.open(model, provider), preprocessing);
  }

  /** A classifier on a session that was opened in some other way, and is closed with it. */
  public static PictureClassifier of(RuntimeSession session, Preprocessing preprocessing) {
    return new PictureClassifier(session, preprocessing);
  }

  /**
   * Checks that a model takes pictures of a size.
   *
   * @throws BadInputException if it does not
   */
  public static void requireTakes(
      OnnxModel model, PictureShape shape, Preprocessing preprocessing) {
    requireFloatInput(model);
    List<Long> dims = model.graph().input().dims();
    long[] wanted = inputDims(1, shape, preprocessing);
    boolean fits = dims.size() == 4 && preprocessing.channels() == shape.channels();
    for (int i = 1; fits && i < 4; i++) {
      fits = dims.get(i) < 0 || dims.get(i) == wanted[i];
    }
    if (!fits) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes "
              + model.graph().input().shapeText()
              + " with a preprocessing of "
              + preprocessing.channels()
              + " channels, found pictures of "
              + shape);
    }
  }

  /**
   * Checks that a model takes floating-point input.
   *
   * @throws BadInputException if it does not
   */
  public static void requireFloatInput(OnnxModel model) {
    int type = model.graph().input().elementType();
    if (type != ElementType.FLOAT.onnxNumber()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes input "
              + model.graph().input().name()
              + " of type "
              + ElementType.nameOf(type)
              + ", expected float");
    }
  }

  /** Pictures of a model that ONNX Runtime is given at once. */
  public static int batchOf(OnnxModel model) {
    return model.graph().quantizesDynamically() ? 1 : BATCH;
  }

  /** Dimensions of a model's input for a batch of pictures. */
  public static long[] inputDims(int batch, PictureShape shape, Preprocessing preprocessing) {
    return preprocessing.layout() == Layout.NCHW
        ? new long[] {batch, shape.channels(), shape.height(), shape.width()}
        : new long[] {batch, shape.height(), shape.width(), shape.channels()};
  }

  /**
   * Runs the model.
   *
   * @param pictures of one size
   * @return logits, a row per picture
   */
  public float[][] logits(List<Picture> pictures) {
    return logits(pictures, (done, note) -> {});
  }

  /** As {@link #logits(List)}, telling how many are done. */
  public float[][] logits(List<Picture> pictures, Progress.Step step) {
    float[][] logits = new float[pictures.size()][];
    for (int from = 0; from < logits.length; from += BATCH) {
      List<Picture> batch = pictures.subList(from, Math.min(logits.length, from + BATCH));
      PictureShape shape = batch.get(0).shape();
      float[] input = new float[batch.size() * shape.bytes()];
      for (int i = 0; i < batch.size(); i++) {
        preprocessing.toInput(batch.get(i), input, i * shape.bytes());
      }
      float[][] part = session.logits(input, inputDims(batch.size(), shape, preprocessing));
      System.arraycopy(part, 0, logits, from, part.length);
      step.at(from + part.length, "");
    }
    return logits;
  }

  /** As {@link #logits(List)}, of all pictures of a data set. */
  public float[][] logits(Dataset data, Progress.Step step) {
    requireTakes(session.model(), data.shape(), preprocessing);
    List<Picture> pictures = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      pictures.add(data.picture(i));
    }
    return logits(pictures, step);
  }

  public OnnxModel model() {
    return session.model();
  }

  @Override
  public void close() {
    session.close();
  }
}
