package dev.plumbline.agent;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.plumbline.agent.CollectedOutputs.Made;
import dev.plumbline.agent.CollectedOutputs.Run;
import dev.plumbline.agent.runs.WholeRuns;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The runs of a model that one batch of pictures takes. Of those of one size the first one tells
 * the shapes of the outputs; the others find input and outputs in place, as making them takes a
 * tenth of the time that a small model takes for a picture.
 */
final class BatchRuns {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Ends ends;
  private final PictureInput pictures;
  private final ByteString pixels;
  private final int count;
  private final FloatBuffer buffer;
  private final OrtSession.RunOptions options;
  private final CollectedOutputs collected;

  /** Whether outputs have the same shapes in each run of the same size, as far as is known. */
  private boolean sameShapes;

  /** Pictures that have run. */
  private int done;

  /**
   * Where a model is given pictures and what it gives.
   *
   * @param input name
   * @param inputType a floating-point type
   * @param others that each run gets as they are, by name
   * @param outputs names
   */
  record Ends(
      String input, OnnxJavaType inputType, Map<String, OnnxTensor> others, Set<String> outputs) {
    Map<String, OnnxTensor> given(OnnxTensor picture) {
      if (others.isEmpty()) {
        return Map.of(input, picture);
      }
      Map<String, OnnxTensor> given = new HashMap<>(others);
      given.put(input, picture);
      return given;
    }
  }

  /**
   * @param count pictures in {@code pixels}
   * @param buffer direct, holds the input of the biggest run
   * @param sameShapes false of a model whose outputs were seen to change their shapes
   */
  BatchRuns(
      OrtEnvironment environment,
      OrtSession session,
      Ends ends,
      PictureInput pictures,
      ByteString pixels,
      int count,
      FloatBuffer buffer,
      OrtSession.RunOptions options,
      CollectedOutputs collected,
      boolean sameShapes) {
    this.environment = environment;
    this.session = session;
    this.ends = ends;
    this.pictures = pictures;
    this.pixels = pixels;
    this.count = count;
    this.buffer = buffer;
    this.options = options;
    this.collected = collected;
    this.sameShapes = sameShapes;
  }

  /** Whether outputs have had the same shapes in each run of the same size. */
  boolean sameShapes() {
    return sameShapes;
  }

  /**
   * Runs the next pictures, as {@link WholeRuns} has them.
   *
   * @param size pictures that run at once; nothing runs if it is 0
   * @throws RefusedException if the wire cannot carry what the model gives
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
      Map<String, Made> first = once(in, size);
      int run = 1;
      if (runs > 1 && sameShapes && first.values().stream().allMatch(PlacedOutputs::canPlace)) {
        run += others(in, first, runs - 1, size);
      }
      for (; run < runs; run++) {
        fill(size);
        once(in, size);
      }
    }
  }

  private Map<String, Made> once(OnnxTensor in, int size) throws OrtException {
    try (OrtSession.Result result = session.run(ends.given(in), ends.outputs(), options)) {
      Run run = next(size);
      Map<String, Made> made = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        made.put(output.getKey(), collected.add(output.getKey(), output.getValue(), run));
      }
      done += run.present();
      return made;
    }
  }

  /**
   * Runs with outputs like those of the first run.
   *
   * @return runs that went well; fewer than asked for if a shape changed
   */
  private int others(OnnxTensor in, Map<String, Made> first, int runs, int size)
      throws OrtException {
    Map<String, OnnxTensor> from = ends.given(in);
    try (PlacedOutputs to = PlacedOutputs.like(environment, first)) {
      for (int run = 0; run < runs; run++) {
        fill(size);
        try {
          session.run(from, Set.of(), to.tensors(), options).close();
        } catch (OrtException e) {
          // Either a shape is another one this time, which ONNX Runtime has no code for, or the
          // model fails, which it will do again where it makes its outputs itself.
          once(in, size);
          sameShapes = false;
          return run + 1;
        }
        Run now = next(size);
        to.made().forEach((name, made) -> collected.add(name, made, now));
        done += now.present();
      }
    }
    return runs;
  }

  private Run next(int size) {
    return new Run(done, new WholeRuns(count, size).present(done), size);
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
}
