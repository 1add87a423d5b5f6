package dev.plumbline.agent;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The runs of a model that one batch takes. Of those of one size the first one tells the shape of
 * the logits; the others find input and output in place, as making them takes a tenth of the time
 * that a small model takes for a picture.
 */
final class BatchRuns {
  /** In one answer: 1,000 classes for 1,024 pictures and some. */
  private static final int MAX_LOGITS = 1 << 20;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final String output;
  private final PictureInput pictures;
  private final ByteString pixels;
  private final int count;
  private final FloatBuffer buffer;
  private final OrtSession.RunOptions options;

  /** Pictures that have run. */
  private int done;

  private int classes;
  private float[] logits;

  /**
   * @param count pictures in {@code pixels}
   * @param buffer direct, holds the input of the biggest run
   */
  BatchRuns(
      OrtEnvironment environment,
      OrtSession session,
      String input,
      String output,
      PictureInput pictures,
      ByteString pixels,
      int count,
      FloatBuffer buffer,
      OrtSession.RunOptions options) {
    this.environment = environment;
    this.session = session;
    this.input = input;
    this.output = output;
    this.pictures = pictures;
    this.pixels = pixels;
    this.count = count;
    this.buffer = buffer;
    this.options = options;
  }

  /** Logits of each picture. */
  int classes() {
    return classes;
  }

  /** Picture by picture. */
  float[] logits() {
    return logits;
  }

  /**
   * Runs the next pictures. If there are too few for the last run it is filled up with the last
   * picture, so that no pixel is there that is not a picture's.
   *
   * @param size pictures that run at once; nothing runs if it is 0
   * @throws RefusedException if the model does not give logits of each picture
   */
  void run(int runs, int size) throws OrtException {
    if (runs == 0 || size == 0) {
      return;
    }
    long[] dimensions = pictures.dimensions();
    long[] shape = {size, dimensions[0], dimensions[1], dimensions[2]};
    FloatBuffer view = buffer.duplicate().position(0).limit(size * pictures.size());
    try (OnnxTensor in = OnnxTensor.createTensor(environment, view, shape)) {
      long[] found = first(in, size);
      if (runs > 1) {
        others(in, runs - 1, size, found);
      }
    }
  }

  /** Returns the shape of its logits. */
  private long[] first(OnnxTensor in, int size) throws OrtException {
    fill(size);
    try (OrtSession.Result result = session.run(Map.of(input, in), Set.of(output), options)) {
      OnnxTensor out = (OnnxTensor) result.get(0);
      long[] shape = out.getInfo().getShape();
      FloatBuffer values = out.getFloatBuffer();
      requireLogits(shape, values.remaining(), size);
      take(values, size);
      return shape;
    }
  }

  private void others(OnnxTensor in, int runs, int size, long[] shape) throws OrtException {
    FloatBuffer values =
        ByteBuffer.allocateDirect(size * classes * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (OnnxTensor out = OnnxTensor.createTensor(environment, values, shape)) {
      Map<String, OnnxTensor> from = Map.of(input, in);
      Map<String, OnnxTensor> to = Map.of(output, out);
      for (int run = 0; run < runs; run++) {
        fill(size);
        session.run(from, Set.of(), to, options).close();
        take(values, size);
      }
    }
  }

  private void fill(int size) {
    int now = Math.min(size, count - done);
    pictures.fill(pixels, done, now, buffer);
    int floats = pictures.size();
    for (int n = now; n < size; n++) {
      buffer.put(n * floats, buffer, (now - 1) * floats, floats);
    }
  }

  private void take(FloatBuffer values, int size) {
    int now = Math.min(size, count - done);
    values.get(0, logits, done * classes, now * classes);
    done += now;
  }

  private void requireLogits(long[] shape, int values, int size) {
    boolean fits = shape.length >= 2 && shape[0] == size && values > 0;
    if (!fits || (classes != 0 && values != size * classes)) {
      throw LoadedModel.refused(
          "its output '"
              + output
              + "' is "
              + Arrays.toString(shape)
              + " for "
              + size
              + " pictures; expected "
              + (classes == 0 ? "logits" : classes + " logits")
              + " of each");
    }
    if (classes == 0) {
      classes = values / size;
      if ((long) count * classes > MAX_LOGITS) {
        throw RefusedException.tooMuch(
            "model gives "
                + classes
                + " logits for each of "
                + count
                + " pictures; expected at most "
                + MAX_LOGITS
                + " for a batch");
      }
      logits = new float[count * classes];
    }
  }
}
