package dev.plumbline.agent;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.plumbline.agent.runs.WholeRuns;
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
  private final Ends ends;
  private final PictureInput pictures;
  private final ByteString pixels;
  private final int count;
  private final FloatBuffer buffer;
  private final OrtSession.RunOptions options;

  /** Pictures that have run. */
  private int done;

  private int classes;
  private float[] logits;

  /** Of the scores of a run. */
  private long[] scoresShape = {};

  /**
   * Where a model is given pictures and gives scores.
   *
   * @param input name
   * @param inputType a floating-point type
   * @param output name
   */
  record Ends(String input, OnnxJavaType inputType, String output) {}

  /**
   * @param count pictures in {@code pixels}
   * @param buffer direct, holds the input of the biggest run
   */
  BatchRuns(
      OrtEnvironment environment,
      OrtSession session,
      Ends ends,
      PictureInput pictures,
      ByteString pixels,
      int count,
      FloatBuffer buffer,
      OrtSession.RunOptions options) {
    this.environment = environment;
    this.session = session;
    this.ends = ends;
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
   * Runs the next pictures, as {@link WholeRuns} has them.
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
    if (ends.inputType() != OnnxJavaType.FLOAT) {
      // What is converted is a copy, made anew for each run.
      for (int run = 0; run < runs; run++) {
        fill(size);
        try (OnnxTensor in =
            FloatTensors.create(environment, ends.inputType(), view.duplicate(), shape)) {
          once(in, size);
        }
      }
      return;
    }
    try (OnnxTensor in = OnnxTensor.createTensor(environment, view, shape)) {
      fill(size);
      boolean floats = once(in, size);
      for (int run = 1; run < runs && !floats; run++) {
        fill(size);
        once(in, size);
      }
      if (runs > 1 && floats) {
        others(in, runs - 1, size);
      }
    }
  }

  /** Runs once; returns whether the scores are float32. */
  private boolean once(OnnxTensor in, int size) throws OrtException {
    try (OrtSession.Result result =
        session.run(Map.of(ends.input(), in), Set.of(ends.output()), options)) {
      OnnxTensor out = (OnnxTensor) result.get(0);
      FloatBuffer values = FloatTensors.read(out);
      scoresShape = out.getInfo().getShape();
      requireScores(values.remaining(), size);
      take(values, size);
      return out.getInfo().type == OnnxJavaType.FLOAT;
    }
  }

  private void others(OnnxTensor in, int runs, int size) throws OrtException {
    FloatBuffer values =
        ByteBuffer.allocateDirect(size * classes * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (OnnxTensor out = OnnxTensor.createTensor(environment, values, scoresShape)) {
      Map<String, OnnxTensor> from = Map.of(ends.input(), in);
      Map<String, OnnxTensor> to = Map.of(ends.output(), out);
      for (int run = 0; run < runs; run++) {
        fill(size);
        session.run(from, Set.of(), to, options).close();
        take(values, size);
      }
    }
  }

  private void fill(int size) {
    WholeRuns whole = new WholeRuns(count, size);
    int now = whole.present(done);
    pictures.fill(pixels, done, now, buffer);
    int floats = pictures.size();
    for (int n = now; n < size; n++) {
      buffer.put(n * floats, buffer, (whole.picture(done + n) - done) * floats, floats);
    }
  }

  private void take(FloatBuffer values, int size) {
    int now = new WholeRuns(count, size).present(done);
    values.get(0, logits, done * classes, now * classes);
    done += now;
  }

  /** Dimensions of 1 carry nothing beside the classes, whose one dimension is above 1. */
  private boolean isRowForEach(int values, int size) {
    long[] shape = scoresShape;
    int first = shape.length > 0 && shape[0] == size ? 1 : 0;
    boolean squeezed = size == 1 && Arrays.stream(shape).filter(d -> d > 1).count() == 1;
    boolean rows = first == 1 && Arrays.stream(shape).skip(1).filter(d -> d > 1).count() == 1;
    return values >= 2 * size && (rows || squeezed);
  }

  private void requireScores(int values, int size) {
    long[] shape = scoresShape;
    boolean fits = isRowForEach(values, size);
    if (!fits || (classes != 0 && values != size * classes)) {
      throw LoadedModel.refused(
          "its output '"
              + ends.output()
              + "' is "
              + Arrays.toString(shape)
              + " for "
              + size
              + " pictures; expected "
              + (classes == 0 ? "scores of at least two classes" : classes + " scores")
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
