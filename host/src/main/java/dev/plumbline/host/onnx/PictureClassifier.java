package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A model in ONNX Runtime that is given pictures or tensors. One thread at a time. */
public final class PictureClassifier implements AutoCloseable {
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
   * Runs the model.
   *
   * @param pictures of one size, or tensors of one shape
   * @return logits, a row per picture
   */
  public float[][] logits(List<? extends Input> pictures) {
    return logits(pictures, (done, note) -> {});
  }

  /** As {@link #logits(List)}, telling how many are done. */
  public float[][] logits(List<? extends Input> pictures, Progress.Step step) {
    return logits(pictures.size(), pictures::get, step);
  }

  /** As {@link #logits(List)}, handing on each row as it comes. */
  public void each(List<? extends Input> pictures, RowSink sink) {
    each(pictures.size(), pictures::get, (done, note) -> {}, sink);
  }

  private float[][] logits(int size, IntFunction<? extends Input> pictures, Progress.Step step) {
    float[][] logits = new float[size][];
    each(size, pictures, step, (index, row) -> logits[index] = row);
    return logits;
  }

  /** Takes what the model gave for one picture. */
  public interface RowSink {
    /**
     * @param row logits; of a model that is no classifier what its task reads
     */
    void accept(int index, float[] row);
  }

  /** Asks for each picture when its batch is run: all of them at once may not fit into memory. */
  private void each(
      int size, IntFunction<? extends Input> pictures, Progress.Step step, RowSink sink) {
    int together = RunBatch.ON_HOST.of(model());
    for (int from = 0; from < size; from += together) {
      List<Input> batch =
          IntStream.range(from, Math.min(size, from + together)).<Input>mapToObj(pictures).toList();
      InputShape shape = batch.get(0).shape();
      float[] input = new float[Math.multiplyExact(batch.size(), shape.elements())];
      for (int i = 0; i < batch.size(); i++) {
        preprocessing.toInput(batch.get(i), input, i * shape.elements());
      }
      float[][] part =
          session.logits(input, ModelContract.inputDims(batch.size(), shape, preprocessing));
      for (int i = 0; i < part.length; i++) {
        sink.accept(from + i, part[i]);
      }
      step.at(from + part.length, "");
    }
  }

  /**
   * As {@link #logits(List)}, of all pictures of a data set.
   *
   * @throws BadInputException if the model does not take them, or tells another number of classes
   *     apart than the data lists
   */
  public float[][] logits(Dataset data, Progress.Step step) {
    float[][] logits = new float[data.size()][];
    each(data, step, (index, row) -> logits[index] = row);
    return logits;
  }

  /**
   * Runs the model on all pictures of a data set, and hands on each row as it comes: all of them at
   * once may not fit into memory.
   *
   * @throws BadInputException if the model does not take them, or tells another number of classes
   *     apart than the data lists
   */
  public void each(Dataset data, Progress.Step step, RowSink sink) {
    session.contract().requireInputs(data, preprocessing);
    session
        .contract()
        .declaredClasses()
        .ifPresent(classes -> session.contract().requireClasses(classes, data.classNames()));
    each(
        data.size(),
        data::input,
        step,
        (index, row) -> {
          if (index == 0) {
            session.contract().requireClasses(row.length, data.classNames());
          }
          sink.accept(index, row);
        });
  }

  public OnnxModel model() {
    return session.model();
  }

  @Override
  public void close() {
    session.close();
  }
}
