package dev.plumbline.agent;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import dev.plumbline.agent.runs.WholeRuns;
import io.grpc.Status;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A model that ONNX Runtime holds in memory. One thread at a time. */
final class LoadedModel implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final SessionProfile profile;
  private final String input;
  private final OnnxJavaType inputType;
  private final Map<String, NodeInfo> outputs;

  /** Of the input: batch, then three dimensions; -1 where any will do. */
  private final long[] shape;

  /**
   * What a model makes of a batch.
   *
   * @param classes logits per picture
   * @param logits picture by picture
   * @param batch pictures that ran at once
   */
  record Logits(int classes, float[] logits, int batch) {}

  /**
   * Takes the session over; it is closed if the model is refused.
   *
   * @param profile that the session writes until it has run once
   * @throws RefusedException if the model does not turn pictures into logits
   */
  LoadedModel(OrtEnvironment environment, OrtSession session, SessionProfile profile)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.profile = profile;
    try {
      Map<String, NodeInfo> inputs = session.getInputInfo();
      if (inputs.size() != 1) {
        throw refused("it has the inputs " + inputs.keySet() + "; expected one for the picture");
      }
      NodeInfo in = inputs.values().iterator().next();
      this.input = in.getName();
      this.outputs = session.getOutputInfo();
      if (!(in.getInfo() instanceof TensorInfo info) || !FloatTensors.isFloat(info.type)) {
        throw refused(
            "its input '"
                + input
                + "' is "
                + in.getInfo()
                + "; expected a tensor of float, float16 or double");
      }
      this.inputType = info.type;
      // A model may leave open how many dimensions there are.
      this.shape = info.getShape().length == 0 ? new long[] {-1, -1, -1, -1} : info.getShape();
      if (shape.length != 4) {
        throw refused(
            "its input '" + input + "' is " + info + "; expected four dimensions for pictures");
      }
      if (outputs.values().stream().noneMatch(LoadedModel::isFloat)) {
        throw refused("its outputs are " + outputs.values() + "; expected float scores in one");
      }
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static boolean isFloat(NodeInfo output) {
    return output.getInfo() instanceof TensorInfo info && FloatTensors.isFloat(info.type);
  }

  /** The output that a call asks for: the one that it names, or the first. */
  private String output(PictureInput pictures) {
    String name =
        pictures.output().isEmpty() ? outputs.keySet().iterator().next() : pictures.output();
    NodeInfo output = outputs.get(name);
    if (output == null) {
      throw refused("it has no output '" + name + "'; expected one of " + outputs.keySet());
    }
    if (!isFloat(output)) {
      throw refused(
          "its output '"
              + name
              + "' is "
              + output.getInfo()
              + "; expected float scores, or a host that names another of "
              + outputs.keySet());
    }
    return name;
  }

  /** ONNX Runtime has no code for it, only words: its own, the C++ library's, the system's. */
  static boolean isOutOfMemory(OrtException reason) {
    String words = String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of(
            "failed to allocate memory",
            "bad_alloc",
            "bad allocation",
            "cannot allocate memory",
            "out of memory")
        .anyMatch(words::contains);
  }

  static RefusedException refused(String why) {
    return RefusedException.invalid("model refused: " + why);
  }

  static RefusedException refused(OrtException reason) {
    return new RefusedException(
        isOutOfMemory(reason) ? Status.Code.RESOURCE_EXHAUSTED : Status.Code.INVALID_ARGUMENT,
        "model refused: " + OrtReason.line(reason),
        reason);
  }

  /**
   * @throws RefusedException if the model does not take pictures of that shape and layout
   */
  void check(PictureInput pictures) {
    output(pictures);
    long[] given = pictures.dimensions();
    for (int d = 0; d < given.length; d++) {
      long expected = shape[d + 1];
      if (expected > 0 && expected != given[d]) {
        throw RefusedException.invalid(
            "input of "
                + Arrays.toString(given)
                + " per picture for a model whose input '"
                + input
                + "' is "
                + Arrays.toString(shape)
                + "; expected the same after the batch");
      }
    }
  }

  /** Pictures that run at once where the model fixes it, else 0. */
  private int fixedBatch() {
    return shape[0] > 0 ? Math.toIntExact(Math.min(shape[0], Integer.MAX_VALUE)) : 0;
  }

  /** Pictures that run at once for a batch of so many. */
  int batchFor(PictureInput pictures, int count) {
    return fixedBatch() == 0 ? pictures.runBatch(count) : fixedBatch();
  }

  /**
   * Runs the model on a batch, several times where fewer are to run at once; a model of fixed batch
   * size in {@link WholeRuns}.
   *
   * @param buffer direct, holds at least {@code batchFor(pictures, count)} pictures
   */
  Logits run(
      PictureInput pictures,
      ByteString pixels,
      int count,
      FloatBuffer buffer,
      OrtSession.RunOptions options)
      throws OrtException {
    int batch = batchFor(pictures, count);
    BatchRuns runs =
        new BatchRuns(
            environment,
            session,
            new BatchRuns.Ends(input, inputType, output(pictures)),
            pictures,
            pixels,
            count,
            buffer,
            options);
    if (fixedBatch() == 0) {
      runs.run(count / batch, batch);
      runs.run(1, count % batch);
    } else {
      runs.run(new WholeRuns(count, batch).runs(), batch);
    }
    return new Logits(runs.classes(), runs.logits(), batch);
  }

  /** What has run so far; once, after the first batch. */
  Placement endProfile() {
    return profile.end(session);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a model of ONNX Runtime could not be closed", e);
    } finally {
      profile.discard();
    }
  }
}
